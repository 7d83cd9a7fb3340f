// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording;

import dev.renacer.tracer.descriptor.Inheritance;
import dev.renacer.tracer.descriptor.LookupJournal;
import dev.renacer.tracer.descriptor.path.RealPaths.Real;
import java.util.Optional;

/** What was looked up on behalf of calls that are missing: nobody may be told, since it would be taken for that of others. */
final class PassedOverLookups implements LookupJournal {
    @Override
    public void inherited(Inheritance inheritance) {}

    @Override
    public void asked(Asked question) {}

    @Override
    public void answered(Answered answer) {}

    @Override
    public void followed(Optional<Real> led) {}
}
