// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct.netlink;

/** What decides, of a message, how its attributes are to be understood. For one message. */
final class Context {
    private final int family;
    private String kind = "";
    private String slave = "";

    /** Of a message about this family of addresses; -1: of none. */
    Context(int family) {
        this.family = family;
    }

    int family() {
        return family;
    }

    /** An attribute has said of which kind something is. */
    void isOf(String name) {
        kind = name;
    }

    /** An attribute has said of which kind that is whose part something is. */
    void isPartOf(String name) {
        slave = name;
    }

    /**
     * Which table holds, of a list such as {@code brport@7+inet6@10+other}: the first of this family or kind, or that for
     * all others. Empty if there is none.
     */
    String table(String list) {
        for (String choice : list.split("\\+", -1)) {
            int at = choice.indexOf('@');
            if (at < 0 || matches(choice.substring(at + 1))) {
                return at < 0 ? choice : choice.substring(0, at);
            }
        }
        return "";
    }

    private boolean matches(String condition) {
        return condition.equals(Integer.toString(family))
                || condition.equals(kind)
                || (condition.startsWith("slave_")
                        && condition.substring("slave_".length()).equals(slave));
    }
}
