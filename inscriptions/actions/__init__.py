"""The gestures on a registration file: filing it, sending it, answering it, forgetting it."""
