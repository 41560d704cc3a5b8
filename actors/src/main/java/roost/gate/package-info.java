// SPDX-License-Identifier: Apache-2.0
/**
 * The doors of a node: HTTP with JSON on one UNIX socket, the command line on another. Both find
 * out who is calling ({@code SO_PEERCRED}) and hand every request to the one {@link roost.api.Api},
 * which decides whether that user may; no door decides anything itself.
 *
 * <p>The command line has a door of its own because a command must feel instant: its protocol needs
 * one write each way for a small command, and lets the native front open the user's files with the
 * user's rights. Running HTTP there was rejected: the engine would have to ask back for files in
 * the middle of a request, and parsing would cost more than the command.
 */
package roost.gate;
