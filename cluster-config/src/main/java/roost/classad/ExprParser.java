// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.ArrayList;
import java.util.List;
import roost.classad.Lexer.Token;

/**
 * Reads expressions and records by recursive descent. Binary operators go by precedence climbing,
 * so that depth of recursion comes from nesting in the text only.
 */
final class ExprParser {
    private static final Expr[] NONE = new Expr[0];
    private static final int LOWEST_LEVEL = 3;

    private final Lexer lexer;
    private int nesting;

    /** Stands before the first token. */
    ExprParser(Lexer lexer) {
        this.lexer = lexer;
        lexer.next();
    }

    /** The whole text as one expression. */
    Expr parseAll() {
        Expr expr = expression();
        expect(Token.END, "an operator or the end of the expression");
        return expr;
    }

    /** The whole text as one record. */
    ClassAd parseAllAsAd() {
        ClassAd ad = record();
        expect(Token.END, "the end of the ad");
        return ad;
    }

    private void expect(Token token, String expected) {
        if (lexer.token != token) {
            throw lexer.error(expected);
        }
    }

    private void take(Token token, String expected) {
        expect(token, expected);
        lexer.next();
    }

    private void nest() {
        if (++nesting > Limits.NESTING) {
            throw lexer.error("at most " + Limits.NESTING + " levels of nesting");
        }
    }

    private <E extends Expr> E checked(E expr) {
        if (expr.height() > Limits.TREE_HEIGHT) {
            throw lexer.error("an expression of at most " + Limits.TREE_HEIGHT + " levels");
        }
        return expr;
    }

    private Expr expression() {
        nest();
        Expr condition = disjunction();
        if (lexer.token == Token.QUESTION) {
            lexer.next();
            Expr yes = null;
            if (lexer.token != Token.COLON) {
                yes = expression();
            }
            take(Token.COLON, "':' of the condition");
            condition = checked(new Conditional(condition, yes, expression()));
        }
        nesting--;
        return condition;
    }

    private Expr disjunction() {
        Expr first = conjunction();
        if (lexer.token != Token.OR_OR) {
            return first;
        }
        List<Expr> terms = new ArrayList<>();
        terms.add(first);
        while (lexer.token == Token.OR_OR) {
            lexer.next();
            terms.add(conjunction());
        }
        return checked(new Logical(false, terms.toArray(NONE)));
    }

    private Expr conjunction() {
        Expr first = binary(LOWEST_LEVEL);
        if (lexer.token != Token.AND_AND) {
            return first;
        }
        List<Expr> terms = new ArrayList<>();
        terms.add(first);
        while (lexer.token == Token.AND_AND) {
            lexer.next();
            terms.add(binary(LOWEST_LEVEL));
        }
        return checked(new Logical(true, terms.toArray(NONE)));
    }

    private Expr binary(int level) {
        Expr left = unary();
        while (lexer.token == Token.OPERATOR && lexer.operator.level >= level) {
            Binary.Op op = lexer.operator;
            lexer.next();
            left = checked(new Binary(op, left, binary(op.level + 1)));
        }
        return left;
    }

    private Expr unary() {
        Unary.Op op = unaryOperator();
        if (op == null) {
            return suffixed();
        }
        lexer.next();
        // The one number whose positive counterpart does not exist.
        if (op == Unary.Op.MINUS && lexer.token == Token.INTEGER && lexer.isWord(MIN_DIGITS)) {
            lexer.next();
            return Value.Int.of(Long.MIN_VALUE);
        }
        nest();
        Expr operand = unary();
        nesting--;
        if (op == Unary.Op.MINUS
                && (operand instanceof Value.Int || operand instanceof Value.Real)) {
            return Operators.negate((Value) operand);
        }
        return checked(new Unary(op, operand));
    }

    private static final String MIN_DIGITS = "9223372036854775808";

    private Unary.Op unaryOperator() {
        return switch (lexer.token) {
            case NOT -> Unary.Op.NOT;
            case COMPLEMENT -> Unary.Op.COMPLEMENT;
            case OPERATOR ->
                    switch (lexer.operator) {
                        case ADD -> Unary.Op.PLUS;
                        case SUBTRACT -> Unary.Op.MINUS;
                        default -> null;
                    };
            default -> null;
        };
    }

    private Expr suffixed() {
        Expr expr = primary();
        while (true) {
            if (lexer.token == Token.DOT) {
                lexer.next();
                expr = checked(new Select(expr, attributeName()));
            } else if (lexer.token == Token.OPEN_BRACKET) {
                lexer.next();
                Expr index = expression();
                take(Token.CLOSE_BRACKET, "']' to end the subscript");
                expr = checked(new Subscript(expr, index));
            } else {
                return expr;
            }
        }
    }

    private AttrName attributeName() {
        AttrName name;
        if (lexer.token == Token.NAME) {
            name = AttrName.of(lexer.text(), lexer.start, lexer.position());
        } else if (lexer.token == Token.QUOTED_NAME) {
            name = AttrName.of(lexer.string);
        } else {
            throw lexer.error("an attribute name");
        }
        lexer.next();
        return name;
    }

    private Expr primary() {
        switch (lexer.token) {
            case INTEGER:
                return literal(Value.Int.of(lexer.integer));
            case REAL:
                return literal(Value.Real.of(lexer.real));
            case STRING:
                return literal(Value.Str.of(lexer.string));
            case NAME:
                return named();
            case QUOTED_NAME:
                return new AttrRef(attributeName(), false);
            case DOT:
                lexer.next();
                return new AttrRef(attributeName(), true);
            case OPEN_PAREN:
                lexer.next();
                Expr inner = expression();
                take(Token.CLOSE_PAREN, "an operator or ')'");
                return checked(new Paren(inner));
            case OPEN_BRACE:
                lexer.next();
                return checked(new ListExpr(sequence(Token.CLOSE_BRACE, "',' or '}'")));
            case OPEN_BRACKET:
                return checked(new AdExpr(record()));
            default:
                throw lexer.error("an expression");
        }
    }

    private Value literal(Value value) {
        lexer.next();
        return value;
    }

    /** A keyword, a call, or an attribute. */
    private Expr named() {
        Value keyword = keyword();
        if (keyword != null) {
            return literal(keyword);
        }
        int from = lexer.start;
        int to = lexer.position();
        lexer.next();
        if (lexer.token != Token.OPEN_PAREN) {
            return new AttrRef(AttrName.of(lexer.text(), from, to), false);
        }
        lexer.next();
        Expr[] args = sequence(Token.CLOSE_PAREN, "',' or ')'");
        return Folding.fold(checked(new Call(new String(lexer.text(), from, to - from), args)));
    }

    private Value keyword() {
        return switch (lexer.position() - lexer.start) {
            case 4 -> lexer.isWord("true") ? Value.Bool.TRUE : null;
            case 5 ->
                    lexer.isWord("false")
                            ? Value.Bool.FALSE
                            : lexer.isWord("error") ? Value.ERROR : null;
            case 9 -> lexer.isWord("undefined") ? Value.UNDEFINED : null;
            default -> null;
        };
    }

    /** Expressions between commas up to the closing token, which is taken too. */
    private Expr[] sequence(Token close, String expected) {
        if (lexer.token == close) {
            lexer.next();
            return NONE;
        }
        List<Expr> list = new ArrayList<>();
        while (true) {
            list.add(expression());
            if (lexer.token == close) {
                lexer.next();
                return list.toArray(NONE);
            }
            take(Token.COMMA, expected);
        }
    }

    private ClassAd record() {
        take(Token.OPEN_BRACKET, "'[' to begin the ad");
        AdAssembler ad = new AdAssembler();
        while (true) {
            while (lexer.token == Token.SEMICOLON) {
                lexer.next();
            }
            if (lexer.token == Token.CLOSE_BRACKET) {
                lexer.next();
                return ad.finish();
            }
            AttrName name = attributeName();
            take(Token.ASSIGN, "'=' after the attribute name");
            int from = lexer.start;
            Expr value = expression();
            if (!ad.add(name, SharedExprs.share(lexer.text(), from, lexer.start, value))) {
                throw lexer.error("at most " + Limits.ATTRIBUTES + " attributes");
            }
            if (lexer.token != Token.SEMICOLON && lexer.token != Token.CLOSE_BRACKET) {
                throw lexer.error("an operator, ';' or ']'");
            }
        }
    }
}
