// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct.netlink;

import static dev.renacer.tracer.output.struct.netlink.Messages.DUMP;
import static dev.renacer.tracer.output.struct.netlink.Messages.MULTI;
import static dev.renacer.tracer.output.struct.netlink.Messages.REQUEST;
import static dev.renacer.tracer.output.struct.netlink.Messages.ROUTE;
import static dev.renacer.tracer.output.struct.netlink.Messages.SOCKETS;
import static dev.renacer.tracer.output.struct.netlink.Messages.attribute;
import static dev.renacer.tracer.output.struct.netlink.Messages.bytes;
import static dev.renacer.tracer.output.struct.netlink.Messages.message;
import static dev.renacer.tracer.output.struct.netlink.Messages.numbers;
import static dev.renacer.tracer.output.struct.netlink.Messages.shown;
import static dev.renacer.tracer.output.struct.netlink.Messages.text;
import static dev.renacer.tracer.output.struct.netlink.Messages.together;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class NetlinkMessagesTest {
    private static final byte[] LINK = together(bytes(0, 0), numbers(2, 1), numbers(4, 2, 0x43, 0));
    private static final String LINK_SHOWN =
            "{ifi_family=AF_UNSPEC, ifi_type=ARPHRD_ETHER, ifi_index=2, ifi_flags=IFF_UP|IFF_BROADCAST|IFF_RUNNING,"
                    + " ifi_change=0}";

    @Test
    void aRequestHasItsHeadAndThatOfItsType() {
        byte[] request = message(18, REQUEST | DUMP, bytes(0, 0), numbers(2, 0), numbers(4, 0, 0, 0));

        assertThat(shown(ROUTE, request))
                .isEqualTo("[{nlmsg_len=32, nlmsg_type=RTM_GETLINK, nlmsg_flags=NLM_F_REQUEST|NLM_F_DUMP, nlmsg_seq=7,"
                        + " nlmsg_pid=0}, {ifi_family=AF_UNSPEC, ifi_type=ARPHRD_NETROM, ifi_index=0, ifi_flags=0,"
                        + " ifi_change=0}]");
    }

    @Test
    void attributesAreAList() {
        byte[] link = message(16, MULTI, LINK, attribute(3, text("eth0\0")), attribute(4, numbers(4, 1500)));

        assertThat(shown(ROUTE, link))
                .isEqualTo("[{nlmsg_len=52, nlmsg_type=RTM_NEWLINK, nlmsg_flags=NLM_F_MULTI, nlmsg_seq=7,"
                        + " nlmsg_pid=0}, " + LINK_SHOWN
                        + ", [[{nla_len=9, nla_type=IFLA_IFNAME}, \"eth0\"], [{nla_len=8, nla_type=IFLA_MTU},"
                        + " 1500]]]");
    }

    @Test
    void oneAttributeIsNoList() {
        byte[] link = message(16, 0, LINK, attribute(18, attribute(1, text("bridge\0"))));

        assertThat(shown(ROUTE, link))
                .endsWith(", [{nla_len=16, nla_type=IFLA_LINKINFO}, [{nla_len=11, nla_type=IFLA_INFO_KIND},"
                        + " \"bridge\"]]]");
    }

    @Test
    void whatALinkIsDecidesWhatItsDataAre() {
        byte[] bridge = attribute(18, attribute(1, text("bridge\0")), attribute(2, attribute(1, numbers(4, 1500))));
        byte[] other = attribute(18, attribute(1, text("dummy\0")), attribute(2, attribute(1, numbers(4, 1500))));

        assertThat(shown(ROUTE, message(16, 0, LINK, bridge)))
                .contains("[{nla_len=12, nla_type=IFLA_INFO_DATA}, [{nla_len=8, nla_type=IFLA_BR_FORWARD_DELAY}, 1500"
                        + " /* 15.00 s */]]");
        assertThat(shown(ROUTE, message(16, 0, LINK, other)))
                .contains("[{nla_len=12, nla_type=IFLA_INFO_DATA}, \"\\x08\\x00\\x01\\x00\\xdc\\x05\\x00\\x00\"]");
    }

    @Test
    void addressesAreOfTheFamilyOfTheHead() {
        byte[] four = together(bytes(2, 8, 0x80, 0xfe), numbers(4, 1));
        byte[] six = together(bytes(10, 128, 0x80, 0), numbers(4, 1));
        byte[] loopback = new byte[16];
        loopback[15] = 1;

        assertThat(shown(ROUTE, message(20, MULTI, four, attribute(1, bytes(127, 0, 0, 1)))))
                .endsWith("{ifa_family=AF_INET, ifa_prefixlen=8, ifa_flags=IFA_F_PERMANENT, ifa_scope=RT_SCOPE_HOST,"
                        + " ifa_index=1}, [{nla_len=8, nla_type=IFA_ADDRESS}, inet_addr(\"127.0.0.1\")]]");
        assertThat(shown(ROUTE, message(20, MULTI, six, attribute(1, loopback))))
                .endsWith("[{nla_len=20, nla_type=IFA_ADDRESS}, inet_pton(AF_INET6, \"::1\")]]");
        assertThat(shown(ROUTE, message(20, MULTI, six, attribute(1, bytes(127, 0, 0, 1)))))
                .endsWith("[{nla_len=8, nla_type=IFA_ADDRESS}, \"\\x7f\\x00\\x00\\x01\"]]");
    }

    @Test
    void hopsOfARouteHaveTheirAttributes() {
        byte[] route = bytes(2, 0, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0);
        byte[] hop = together(numbers(2, 16), bytes(0, 1), numbers(4, 2), attribute(5, bytes(10, 0, 0, 1)));

        assertThat(shown(ROUTE, message(24, MULTI, route, attribute(9, hop, hop))))
                .endsWith("{rtm_family=AF_INET, rtm_dst_len=0, rtm_src_len=0, rtm_tos=0, rtm_table=RT_TABLE_MAIN,"
                        + " rtm_protocol=RTPROT_BOOT, rtm_scope=RT_SCOPE_UNIVERSE, rtm_type=RTN_UNICAST, rtm_flags=0},"
                        + " [{nla_len=36, nla_type=RTA_MULTIPATH}, [[{rtnh_len=16, rtnh_flags=0, rtnh_hops=1,"
                        + " rtnh_ifindex=2}, [{nla_len=8, nla_type=RTA_GATEWAY}, inet_addr(\"10.0.0.1\")]],"
                        + " [{rtnh_len=16, rtnh_flags=0, rtnh_hops=1, rtnh_ifindex=2}, [{nla_len=8,"
                        + " nla_type=RTA_GATEWAY}, inet_addr(\"10.0.0.1\")]]]]]");
    }

    @Test
    void severalMessagesAreAListAndTheLastSaysSo() {
        byte[] link = message(16, MULTI, LINK);
        byte[] done = message(3, MULTI, numbers(4, 0));

        assertThat(shown(ROUTE, link, done))
                .startsWith("[[{nlmsg_len=32, nlmsg_type=RTM_NEWLINK")
                .endsWith(LINK_SHOWN
                        + "], [{nlmsg_len=20, nlmsg_type=NLMSG_DONE, nlmsg_flags=NLM_F_MULTI, nlmsg_seq=7,"
                        + " nlmsg_pid=0}, 0]]");
    }

    @Test
    void anErrorHasTheMessageThatMadeItAndWhy() {
        byte[] request = message(18, REQUEST);
        byte[] capped = message(2, 0x100 | 0x200, numbers(4, -19), request, attribute(1, text("no such\0")));

        assertThat(shown(ROUTE, capped))
                .isEqualTo("[{nlmsg_len=48, nlmsg_type=NLMSG_ERROR, nlmsg_flags=NLM_F_CAPPED|NLM_F_ACK_TLVS,"
                        + " nlmsg_seq=7, nlmsg_pid=0}, [{error=-ENODEV, msg={nlmsg_len=16, nlmsg_type=RTM_GETLINK,"
                        + " nlmsg_flags=NLM_F_REQUEST, nlmsg_seq=7, nlmsg_pid=0}}, [{nla_len=12,"
                        + " nla_type=NLMSGERR_ATTR_MSG}, \"no such\"]]]");
        assertThat(shown(ROUTE, message(2, 0, numbers(4, 0), request))).contains("{error=0, msg={nlmsg_len=16");
    }

    @Test
    void socketsAreAskedForByFamily() {
        byte[] ends = new byte[48];
        byte[] request = message(20, REQUEST | DUMP, bytes(2, 6, 0, 0), numbers(4, 1 << 10), ends);

        assertThat(shown(SOCKETS, request))
                .isEqualTo("[{nlmsg_len=72, nlmsg_type=SOCK_DIAG_BY_FAMILY, nlmsg_flags=NLM_F_REQUEST|NLM_F_DUMP,"
                        + " nlmsg_seq=7, nlmsg_pid=0}, {sdiag_family=AF_INET, sdiag_protocol=IPPROTO_TCP, idiag_ext=0,"
                        + " idiag_states=1<<TCP_LISTEN, id={idiag_sport=htons(0), idiag_dport=htons(0),"
                        + " idiag_src=inet_addr(\"0.0.0.0\"), idiag_dst=inet_addr(\"0.0.0.0\"), idiag_if=0,"
                        + " idiag_cookie=[0, 0]}}]");
    }

    @Test
    void whatIsNotKnownIsItsNumberAndItsBytes() {
        assertThat(shown(ROUTE, message(16, 0, LINK, attribute(0x8000 | 4000, bytes(1, 2)))))
                .endsWith("[{nla_len=6, nla_type=NLA_F_NESTED|0xfa0 /* IFLA_??? */}, \"\\x01\\x02\"]]");
        assertThat(shown(ROUTE, message(200, REQUEST, bytes(2, 7))))
                .endsWith("nlmsg_type=0xc8 /* RTM_??? */, nlmsg_flags=NLM_F_REQUEST, nlmsg_seq=7, nlmsg_pid=0},"
                        + " {family=AF_INET, data=\"\\x07\"}]");
        assertThat(shown(NetlinkMessages.UNKNOWN, message(18, REQUEST, bytes(2, 7))))
                .endsWith("nlmsg_type=0x12 /* NLMSG_??? */, nlmsg_flags=NLM_F_REQUEST, nlmsg_seq=7, nlmsg_pid=0},"
                        + " \"\\x02\\x07\"]");
    }

    @Test
    void whatWasNotReadIsLeftOut() {
        byte[] link = message(16, MULTI, LINK, attribute(3, text("eth0\0")), attribute(4, numbers(4, 1500)));
        byte[] two = together(link, link);

        assertThat(shown(ROUTE, Arrays.copyOf(two, link.length), two.length)).endsWith(", 1500]]], ...]");
        assertThat(shown(ROUTE, Arrays.copyOf(link, link.length - 1), link.length))
                .endsWith("[{nla_len=8, nla_type=IFLA_MTU}, ...]]]");
        assertThat(shown(ROUTE, Arrays.copyOf(link, link.length - 5), link.length))
                .endsWith("\"eth0\"], ...]]");
        assertThat(shown(ROUTE, Arrays.copyOf(link, 38), link.length))
                .endsWith("[[{nla_len=9, nla_type=IFLA_IFNAME}, \"et\"...], ...]]");
        assertThat(shown(ROUTE, Arrays.copyOf(link, 24), link.length)).endsWith(", {ifi_family=AF_UNSPEC, ...}]");
        assertThat(shown(ROUTE, Arrays.copyOf(link, 15), link.length)).isEqualTo("...");
    }

    @Test
    void lengthsThatLieEndTheList() {
        byte[] endless = together(numbers(4, 0xffff_ffffL), numbers(2, 18, REQUEST), numbers(4, 0, 0), bytes(0));
        byte[] none = together(numbers(4, 0), numbers(2, 18, REQUEST), numbers(4, 0, 0), bytes(0));

        assertThat(shown(ROUTE, endless))
                .isEqualTo("[{nlmsg_len=4294967295, nlmsg_type=RTM_GETLINK, nlmsg_flags=NLM_F_REQUEST, nlmsg_seq=0,"
                        + " nlmsg_pid=0}, {ifi_family=AF_UNSPEC, ...}]");
        assertThat(shown(ROUTE, none))
                .isEqualTo("{nlmsg_len=0, nlmsg_type=RTM_GETLINK, nlmsg_flags=NLM_F_REQUEST, nlmsg_seq=0,"
                        + " nlmsg_pid=0}");
        assertThat(shown(ROUTE, message(16, 0, LINK, numbers(2, 0, 4), numbers(2, 8, 4))))
                .endsWith(", {nla_len=0, nla_type=IFLA_MTU}]");
        assertThat(shown(ROUTE, message(16, 0, LINK, numbers(2, 0xffff, 4), numbers(4, 1500))))
                .endsWith(", [{nla_len=65535, nla_type=IFLA_MTU}, 1500]]");
        assertThat(shown(ROUTE, bytes(1, 2, 3))).isEqualTo("\"\\x01\\x02\\x03\"");
    }
}
