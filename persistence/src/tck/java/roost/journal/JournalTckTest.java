// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import akka.persistence.CapabilityFlag;
import akka.persistence.japi.journal.JavaJournalSpec;
import org.junit.runner.RunWith;
import org.scalatestplus.junit.JUnitRunner;

/** Akka's compatibility suite for journals. */
@RunWith(JUnitRunner.class)
public class JournalTckTest extends JavaJournalSpec {

    private static final long serialVersionUID = 1L;

    public JournalTckTest() {
        super(TckConfig.inNewDirectory());
    }

    @Override
    public CapabilityFlag supportsRejectingNonSerializableObjects() {
        return CapabilityFlag.on();
    }

    @Override
    public CapabilityFlag supportsSerialization() {
        return CapabilityFlag.on();
    }

    @Override
    public CapabilityFlag supportsMetadata() {
        return CapabilityFlag.on();
    }
}
