/** Mailboxes under stress. */
package dev.interlock.jcstress.mailbox;
