"""The coordinators' desk: who holds a case, queues, notes, calls, tasks, handing over."""
