/** Mailboxes: parties send messages and receive them, and share nothing else. */
package dev.interlock.mailbox;
