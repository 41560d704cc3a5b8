// SPDX-License-Identifier: Apache-2.0
/**
 * The ClassAd language: reading, evaluating, printing, matching.
 *
 * <p>The rooms: {@link roost.classad.ClassAdParser} and {@link roost.classad.ClassAdReader} read,
 * {@link roost.classad.Unparser} prints, {@link roost.classad.Evaluator} evaluates, {@link
 * roost.classad.Match} and {@link roost.classad.MatchAnalysis} match and explain. {@link
 * roost.classad.ClassAd}, {@link roost.classad.Expr} and {@link roost.classad.Value} are immutable
 * values that anybody may hold and share.
 *
 * <h2>Decisions</h2>
 *
 * <ul>
 *   <li>An ad is a shape (names and an index over them, shared by all ads with the same names in
 *       the same order) and an array of expressions. Rejected: a hash map an ad, which costs four
 *       times the memory and is rebuilt with every ad that is read.
 *   <li>A value is an expression. Most attributes are plain values, so looking one up is evaluating
 *       it, and an ad needs no wrapper round each.
 *   <li>Expressions are trees of nodes that evaluate themselves. They hold no context: scopes and
 *       limits are arguments. So one tree serves all ads and threads, and equal texts are parsed
 *       once ({@code SharedExprs}, bounded). Rejected: compiling to bytecode, which would pay for
 *       the rare hot expression with class loading for all others.
 *   <li>{@code &&} and {@code ||} are chains, not binary trees: generated requirements have
 *       thousands of terms.
 *   <li>Whatever evaluation cannot do is the value {@code error}; nothing throws. Depth and work
 *       are counted ({@link roost.classad.Limits}), and running out fails the evaluation as a
 *       whole, as HTCondor does with circular references.
 *   <li>Reading throws one exception, with line, column and what was expected.
 *   <li>Regular expressions are run by java.util.regex on a text that counts how often it is looked
 *       at. Rejected: an engine of linear time, which has no back-references; a thread with a
 *       timeout, which cannot stop a matcher.
 * </ul>
 *
 * <p>This package knows no other of Roost's and no actor.
 */
package roost.classad;
