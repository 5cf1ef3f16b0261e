package dev.balsa.web;

/**
 * Makes a second stage that goes on as the first would, and that nothing done to the first changes.
 */
interface Copying {
  Stage copy(Stage stage);
}
