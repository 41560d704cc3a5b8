// SPDX-License-Identifier: Apache-2.0
/** The Akka Persistence journal and snapshot store on LevelDB, with group commit. */
package roost.journal;
