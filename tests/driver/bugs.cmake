# Bugs put into the driver one at a time, and what the verifier says of each.
#
# nic_bug(<name> FILE <source> CODE <code> RULE <rule> FROM <text> TO <text>
#         [AT <text>] [AT_FILE <source>] [IS_AT_END] [CODE_WITHOUT_DEADLOCK_DETECTION <code>])
# In the source, FROM, which is there once, becomes TO. The report's first line has the code, and its
# call is at the line of AT: the first from the change on, or in AT_FILE; without AT, at that of TO.
# IS_AT_END: it is found when a thread or routine ends; AT is the place of the acquire, in FILE.

nic_bug(calls_who_takes_the_lock FILE nic_adapter.c CODE 0xF RULE SpinLock
        FROM [[  Adapter->Link.IsUp = FALSE;
  KeRelease]]
        TO [[  NicSetLink(Adapter, FALSE);
  KeRelease]]
        AT [[KeAcquireSpinLock(&Adapter->LinkLock, &OldIrql);]] AT_FILE nic_settings.c)

nic_bug(returns_without_release FILE nic_transmit.c CODE 0xC8 RULE SpinLockBalanced
        FROM [[  NicPostWaiting(Adapter);
  NdisReleaseSpinLock(]]
        TO [[  if (Adapter->IsPaused) return STATUS_SUCCESS;
  NicPostWaiting(Adapter);
  NdisReleaseSpinLock(]]
        IS_AT_END AT NdisAcquireSpinLock)

nic_bug(dpc_returns_without_release FILE nic_transmit.c CODE 0xC8 RULE SpinLockDpr
        FROM [[  NdisDprReleaseSpinLock(&Adapter->SendLock);]]
        TO [[]]
        IS_AT_END AT NdisDprAcquireSpinLock)

nic_bug(stays_at_dispatch_level FILE nic_adapter.c CODE 0xC8 RULE IrqlAtEnd
        FROM [[  KeLowerIrql(OldIrql);]]
        TO [[]]
        IS_AT_END)

nic_bug(writes_while_it_reads FILE nic_settings.c CODE 0xF RULE ReaderWriterLock
        FROM [[  NdisReleaseRWLock(Adapter->ConfigurationLock, &State);
  return Accepts;]]
        TO [[  NdisAcquireRWLockWrite(Adapter->ConfigurationLock, &State, 0);
  return Accepts;]])

nic_bug(released_twice FILE nic_adapter.c CODE 0xC4/0x1007 RULE SpinlockRelease
        CODE_WITHOUT_DEADLOCK_DETECTION 0x10
        FROM [[  NdisReleaseSpinLock(&Adapter->SendLock);
  NicSetLink]]
        TO [[  NdisReleaseSpinLock(&Adapter->SendLock);
  NdisReleaseSpinLock(&Adapter->SendLock);
  NicSetLink]]
        AT [[  NdisReleaseSpinLock(&Adapter->SendLock);
  NicSetLink]])

nic_bug(released_twice_at_dpc_level FILE nic_adapter.c CODE 0xC4/0x1007 RULE SpinLockSafe
        FROM [[  NdisReleaseSpinLock(&Adapter->SendLock);
}

VOID NicRestart]]
        TO [[  KeReleaseSpinLockFromDpcLevel(&Adapter->LinkLock);
}

VOID NicRestart]])

nic_bug(released_by_another_thread FILE nic_adapter.c CODE 0xC4/0x1004 RULE SpinlockRelease
        FROM [[  NdisReleaseSpinLock(&Adapter->SendLock);
}

VOID NicRestart(PNIC_ADAPTER Adapter) {
  NdisAcquireSpinLock(&Adapter->SendLock);]]
        TO [[}

VOID NicRestart(PNIC_ADAPTER Adapter) {]]
        AT [[NdisReleaseSpinLock]])

nic_bug(dpr_acquire_at_passive_level FILE nic_adapter.c CODE 0xC4/0x40 RULE Irql_Synch_Function
        FROM [[VOID NicRestart(PNIC_ADAPTER Adapter) {
  NdisAcquireSpinLock(]]
        TO [[VOID NicRestart(PNIC_ADAPTER Adapter) {
  NdisDprAcquireSpinLock(]]
        AT NdisDprAcquireSpinLock)

nic_bug(queued_acquire_at_passive_level FILE nic_settings.c CODE 0xC4/0x40 RULE IrqlDispatch
        FROM [[KeAcquireInStackQueuedSpinLock(&]]
        TO [[KeAcquireInStackQueuedSpinLockAtDpcLevel(&]])

nic_bug(lowered_before_release FILE nic_adapter.c CODE 0xC4/0x1003 RULE DeadlockDetection
        CODE_WITHOUT_DEADLOCK_DETECTION 0xC4/0x41
        FROM [[  KeReleaseInStackQueuedSpinLockFromDpcLevel(&Handle);
  NdisDprReleaseSpinLock(&Adapter->SendLock);
  KeLowerIrql(OldIrql);]]
        TO [[  KeLowerIrql(OldIrql);
  KeReleaseInStackQueuedSpinLockFromDpcLevel(&Handle);
  NdisDprReleaseSpinLock(&Adapter->SendLock);]])

nic_bug(spin_lock_in_service_routine FILE nic_interrupt.c CODE 0xC4/0x42 RULE Irql_Synch_Function
        FROM [[  (void)KeInsertQueueDpc(]]
        TO [[  NdisAcquireSpinLock(&Adapter->SendLock);
  (void)KeInsertQueueDpc(]])

nic_bug(spin_lock_in_synchronized_routine FILE nic_interrupt.c CODE 0xC4/0x42
        RULE IrqlKeDispatchLte
        FROM [[  Adapter->SentEvents.Seen = 0;]]
        TO [[  Adapter->SentEvents.Seen = NicQueryLink(Adapter).IsUp;]]
        AT [[KeAcquireSpinLock(&Adapter->LinkLock, &OldIrql);
  Link =]] AT_FILE nic_settings.c)

nic_bug(raised_until_release FILE nic_settings.c CODE 0xC4/0x32 RULE IrqlKeReleaseSpinLock
        FROM [[  Adapter->Link.IsUp = IsUp;
  KeRelease]]
        TO [[  (void)KeRaiseIrqlToSynchLevel();
  KeRelease]]
        AT KeReleaseSpinLock)

nic_bug(raises_to_lower_level FILE nic_adapter.c CODE 0xC4/0x30 RULE IrqlChange
        FROM [[  KeRaiseIrql(DISPATCH_LEVEL, &OldIrql);]]
        TO [[  (void)KeRaiseIrqlToSynchLevel();
  KeRaiseIrql(DISPATCH_LEVEL, &OldIrql);]]
        AT [[KeRaiseIrql(]])

nic_bug(lowers_to_higher_level FILE nic_adapter.c CODE 0xC4/0x31 RULE IrqlChange
        FROM [[  KeRaiseIrql(DISPATCH_LEVEL, &OldIrql);]]
        TO [[  KeLowerIrql(DISPATCH_LEVEL); OldIrql = PASSIVE_LEVEL;]])

nic_bug(two_lock_orders FILE nic_transmit.c CODE 0xC4/0x1001 RULE DeadlockDetection
        FROM [[  KeReleaseInStackQueuedSpinLockFromDpcLevel(&Handle);

  /* Not under TransmitLock, which comes after SendLock. */
  NdisDprAcquireSpinLock(&Adapter->SendLock);]]
        TO [[  NdisDprAcquireSpinLock(&Adapter->SendLock);

  /* The transmitter stays ours until the queue is. */
  KeReleaseInStackQueuedSpinLockFromDpcLevel(&Handle);]])

nic_bug(never_initialized FILE nic_adapter.c CODE 0xC4/0x1002 RULE SpinLock
        FROM [[  NdisAllocateSpinLock(&Adapter->ReceivedLock);]]
        TO [[]]
        AT NdisInterlockedInsertTailList AT_FILE nic_receive.c)

nic_bug(used_after_free FILE nic_adapter.c CODE 0xC4/0x1002 RULE SpinLock
        FROM [[  NdisFreeSpinLock(&Adapter->SendLock);]]
        TO [[  NdisFreeSpinLock(&Adapter->SendLock);
  NdisAcquireSpinLock(&Adapter->SendLock);]]
        AT NdisAcquireSpinLock)

nic_bug(released_in_the_order_of_acquisition FILE nic_adapter.c CODE 0xC4/0x1003
        RULE DeadlockDetection
        FROM [[  KeReleaseSpinLockFromDpcLevel(&Adapter->LinkLock);
  NdisReleaseSpinLock(&Adapter->SendLock);]]
        TO [[  NdisReleaseSpinLock(&Adapter->SendLock);
  KeReleaseSpinLockFromDpcLevel(&Adapter->LinkLock);]])

nic_bug(initialized_while_it_is_held FILE nic_adapter.c CODE 0xC4/0x1005 RULE DeadlockDetection
        FROM [[  NicTakeBack(Adapter, &Aborted);]]
        TO [[  NicTakeBack(Adapter, &Aborted);
  NdisAllocateSpinLock(&Adapter->SendLock);]]
        AT NdisAllocateSpinLock)

nic_bug(plain_acquire_of_a_queued_lock FILE nic_settings.c CODE 0xC4/0x1008 RULE SpinLock
        FROM [[  KeAcquireInStackQueuedSpinLock(&Adapter->TransmitLock, &TransmitHandle);]]
        TO [[  KeAcquireSpinLock(&Adapter->TransmitLock, &TransmitHandle.OldIrql);]])

nic_bug(one_handle_for_two_locks FILE nic_settings.c CODE 0xC4/0x1008 RULE QueuedSpinLock
        FROM [[AtDpcLevel(&Adapter->ReceiveLock, &ReceiveHandle);]]
        TO [[AtDpcLevel(&Adapter->ReceiveLock, &TransmitHandle);]])

nic_bug(dpr_release_of_a_raising_acquire FILE nic_adapter.c CODE 0xC4/0x1009
        RULE SpinLockDprRelease
        FROM [[  NdisReleaseSpinLock(&Adapter->SendLock);
  NicSetLink]]
        TO [[  NdisDprReleaseSpinLock(&Adapter->SendLock);
  NicSetLink]])

nic_bug(queued_release_of_another_kind FILE nic_settings.c CODE 0xC4/0x1009
        RULE QueuedSpinLockRelease
        FROM [[KeReleaseInStackQueuedSpinLock(&]]
        TO [[KeReleaseInStackQueuedSpinLockFromDpcLevel(&]])

nic_bug(exclusive_release_by_a_reader FILE nic_receive.c CODE 0xC4/0x1009 RULE ReaderWriterLock
        FROM [[ExReleaseSpinLockSharedFromDpcLevel]]
        TO [[ExReleaseSpinLockExclusiveFromDpcLevel]])

nic_bug(freed_while_it_is_held FILE nic_adapter.c CODE 0xC4/0x100B RULE DeadlockDetection
        FROM [[  NdisFreeSpinLock(&Adapter->SendLock);]]
        TO [[  NdisAcquireSpinLock(&Adapter->SendLock);
  NdisFreeSpinLock(&Adapter->SendLock);]]
        AT NdisFreeSpinLock)

nic_bug(releases_to_passive_level FILE nic_settings.c CODE 0xC4/0x20015
        RULE IrqlKeReleaseSpinLock
        FROM [[  Adapter->Link.IsUp = IsUp;
  KeReleaseSpinLock(&Adapter->LinkLock, OldIrql);]]
        TO [[  Adapter->Link.IsUp = IsUp;
  KeReleaseSpinLock(&Adapter->LinkLock, PASSIVE_LEVEL);]]
        AT KeReleaseSpinLock)

nic_bug(held_for_long FILE nic_settings.c CODE 0x133 RULE HoldTime
        FROM [[  Adapter->FilterMask = Mask;]]
        TO [[  for (Adapter->FilterMask = 600000; Adapter->FilterMask > Mask; --Adapter->FilterMask)
    (void)NicReadRegister(Adapter->Registers, NIC_RECEIVE_HEAD);]]
        AT ExReleaseSpinLockExclusive)
