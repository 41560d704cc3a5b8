// SPDX-License-Identifier: Apache-2.0
/**
 * Commands that show and check the configuration: {@code condor_config_val} and {@code roost
 * config}. They read the caller's own files and environment and need no node.
 */
package roost.cli.config;
