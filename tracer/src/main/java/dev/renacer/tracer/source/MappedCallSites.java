// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import dev.renacer.capture.ring.CapturedEvent;
import java.util.Optional;

/** Tells places of generated code as places of the code it was generated from. Stacks stay as the machine has them. */
public final class MappedCallSites implements CallSites {
    private final CallSites sites;
    private final SourceMap map;

    /** @param sites  closed with this */
    public MappedCallSites(CallSites sites, SourceMap map) {
        this.sites = sites;
        this.map = map;
    }

    @Override
    public void mapped(CapturedEvent event) {
        sites.mapped(event);
    }

    @Override
    public void executed(int pid) {
        sites.executed(pid);
    }

    @Override
    public void ended(int pid) {
        sites.ended(pid);
    }

    @Override
    public Optional<SourceLocation> locate(CapturedEvent event) {
        return sites.locate(event).map(place -> map.original(place).orElse(place));
    }

    @Override
    public Optional<CallStack> stack(CapturedEvent event) {
        return sites.stack(event);
    }

    @Override
    public SourceCounts counts() {
        return sites.counts();
    }

    @Override
    public void close() {
        sites.close();
    }
}
