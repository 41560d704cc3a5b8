// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import akka.persistence.CapabilityFlag;
import akka.persistence.japi.snapshot.JavaSnapshotStoreSpec;
import org.junit.runner.RunWith;
import org.scalatestplus.junit.JUnitRunner;

/** Akka's compatibility suite for snapshot stores. */
@RunWith(JUnitRunner.class)
public class SnapshotTckTest extends JavaSnapshotStoreSpec {

    private static final long serialVersionUID = 1L;

    public SnapshotTckTest() {
        super(TckConfig.inNewDirectory());
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
