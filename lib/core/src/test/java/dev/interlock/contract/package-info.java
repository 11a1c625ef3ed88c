/**
 * What every implementation of an interface promises, as abstract tests, and what they need.
 *
 * <p>A package of its own, so that other modules can extend the tests: the other packages of the tests bear the names of
 * exported packages, which a named module cannot see twice.
 */
package dev.interlock.contract;
