package lockword

import "testing"

func TestBits(t *testing.T) {
	t.Parallel()
	all := OwnerMask | NextMask | Damaged | Waiters
	if OwnerMask&NextMask != 0 || (OwnerMask|NextMask)&Damaged != 0 || (OwnerMask|NextMask|Damaged)&Waiters != 0 || all != 0x9fffffff {
		t.Errorf("the fields overlap or have holes: %#x %#x %#x %#x", OwnerMask, NextMask, Damaged, Waiters)
	}
	if Self(MaxSlots-1) > OwnerMask || Self(MaxSlots-1) > NextMask>>NextShift {
		t.Errorf("slot %d does not fit", MaxSlots-1)
	}
	if Closed == 0 || Closed&all == 0 || Slot(Closed) < MaxSlots {
		t.Errorf("Closed is %#x, which a process could own", Closed)
	}
}

func TestSelfOwnerSlot(t *testing.T) {
	t.Parallel()
	for _, slot := range []int{0, 1, 127, MaxSlots - 1} {
		w := Self(slot) | Waiters | Damaged | Self(3)<<NextShift
		if Owner(w) != Self(slot) || Slot(w) != slot || Self(slot) == 0 {
			t.Errorf("slot %d: Owner %d, Slot %d", slot, Owner(w), Slot(w))
		}
	}
	if Owner(Waiters|Damaged|NextMask) != 0 || Slot(Waiters|Damaged|NextMask) != -1 {
		t.Error("a free lock has an owner")
	}
}

func TestTake(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		word  uint32
		slept bool
		want  uint32
	}{
		{0, false, 5},
		{0, true, 5 | Waiters},
		{Waiters, false, 5 | Waiters},
		{Waiters, true, 5 | Waiters},
		{Damaged, false, 5 | Damaged},
		{Damaged | 7<<NextShift, true, 5 | Damaged | 7<<NextShift | Waiters},
		{1 << 29, false, 5 | 1<<29}, // a bit without a meaning, which a broken process has set
	} {
		got := Take(test.word, 5, test.slept)
		if got != test.want {
			t.Errorf("Take(%#x, 5, %v): got %#x, want %#x", test.word, test.slept, got, test.want)
		}
		if freed := got - 5; Owner(freed) != 0 || freed&^Waiters != test.word&^Waiters {
			t.Errorf("Take(%#x, 5, %v), then minus 5: got %#x", test.word, test.slept, freed)
		}
	}
}

func TestSwept(t *testing.T) {
	t.Parallel()
	const self, other = 5, 9
	for _, test := range []struct {
		name  string
		word  uint32
		dirty bool
		want  uint32
	}{
		{"free", 0, false, 0},
		{"free, and dirty is of no account", 0, true, 0},
		{"held by another", other, true, other},
		{"held by another, with waiters", other | Waiters, false, other | Waiters},
		{"held, sound", self, false, 0},
		{"held, dirty", self, true, Damaged},
		{"held, with waiters", self | Waiters, false, Waiters},
		{"held, dirty, with waiters", self | Waiters, true, Waiters | Damaged},
		{"held and damaged, in a recovery", self | Damaged, false, Damaged},
		{"held and damaged, dirty", self | Damaged, true, Damaged},
		{"held, to be handed to another", self | other<<NextShift, false, other << NextShift},
		{"held, dirty, to be handed to another", self | other<<NextShift, true, other<<NextShift | Damaged},
		{"to be handed to it", self << NextShift, false, 0},
		{"held by another, to be handed to it", other | self<<NextShift, true, other},
		{"held by it, to be handed to it", self | self<<NextShift | Waiters, false, Waiters},
		{"damaged, to be handed to it", Damaged | self<<NextShift, false, Damaged},
		{"an owner that contains its bits", self | 8, true, self | 8},
		{"bits without a meaning", self | 3<<29, false, 3 << 29},
	} {
		got := Swept(test.word, self, test.dirty)
		if got != test.want {
			t.Errorf("%s: Swept(%#x, %d, %v): got %#x, want %#x", test.name, test.word, self, test.dirty, got, test.want)
		}
		if again := Swept(got, self, test.dirty); again != got {
			t.Errorf("%s: swept again: %#x becomes %#x", test.name, got, again)
		}
	}
}
