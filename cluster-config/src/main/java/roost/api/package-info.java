// SPDX-License-Identifier: Apache-2.0
/** The vocabulary of the API, spoken by the command line, HTTP clients and peers alike. */
package roost.api;
