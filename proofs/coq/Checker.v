(** An executable checker of Pauli witnesses for circuits, and the proof that it can be believed.

    It decides what the Python kernel's rule pauli-witness decides, for one secret qubit. Sound: what it accepts is true of
    the circuit's states. (It is not asked to be complete; tests compare its refusals with the kernel's.) *)

From Coq Require Import Bool List Arith Lia.
From NoClone Require Import Pauli Family Vectors Locality States Verdicts FamilyStates Circuits CircuitStates Claims.
Import ListNotations.

(** A sign (true for minus) and a letter for every qubit. *)
Definition operator := (bool * list letter)%type.

Section Checks.
(** The gates up to the moment the claim speaks of, the number of qubits, and the secret's place. *)
Variables (gs : list gate) (n s : nat).

Definition meaning_of (W : operator) : option (bool * letter) := represented gs s (word (fst W) (snd W)).

(** The operator represents +L and is I outside the mask. *)
Definition is_witness (mask : list bool) (W : operator) (L : letter) : bool :=
  supported mask (snd W) &&
  match meaning_of W with Some (false, L') => letter_eqb L L' | _ => false end.

(** The operator represents something, and restricts to one letter on the coalition. *)
Definition restricts (mask : list bool) (W : operator) (q : nat) (l : letter) : bool :=
  agree mask (snd W) (single n q l) && match meaning_of W with Some _ => true | None => false end.

(** X and Z for every held qubit in turn. *)
Fixpoint all_restrict (mask : list bool) (qs : list nat) (Ws : list operator) : bool :=
  match qs, Ws with
  | [], [] => true
  | q :: qs, W :: W' :: Ws => restricts mask W q X && restricts mask W' q Z && all_restrict mask qs Ws
  | _, _ => false
  end.

Definition held_qubits (mask : list bool) : list nat := filter (fun q => nth q mask false) (seq 0 (length mask)).

(** Circuit, secret and coalition are what they should be. *)
Definition well_formed (c : claim) : bool :=
  all_fit n gs && (s <? n) &&
  match c with
  | Hides m | Mixed m | Recovers m => length m =? n
  | Leaks L m => (length m =? n) && negb (letter_eqb L I)
  | Restores out | SingleUse out => out <? n
  end.

(** Do these operators prove the claim? *)
Definition proves (c : claim) (Ws : list operator) : bool :=
  well_formed c &&
  match c, Ws with
  | Hides m, [x; z] => is_witness (map negb m) x X && is_witness (map negb m) z Z
  | Mixed m, x :: z :: rest =>
      is_witness (map negb m) x X && is_witness (map negb m) z Z && all_restrict m (held_qubits m) rest
  | Recovers m, [x; z] => is_witness m x X && is_witness m z Z
  | Leaks L m, [here; there] => is_witness m here L && is_witness (map negb m) there L
  | (Restores out | SingleUse out), [] =>
      is_witness (only n out) (false, single n out X) X && is_witness (only n out) (false, single n out Z) Z
  | _, _ => false
  end.

(** Does this operator show that the claim is false? *)
Definition refutes (c : claim) (Ws : list operator) : bool :=
  well_formed c &&
  match Ws with
  | [W] =>
      match meaning_of W with
      | None => false
      | Some (_, L) =>
          let learns := negb (letter_eqb L I) in
          match c with
          | Hides m => supported m (snd W) && learns
          | Mixed m => supported m (snd W) && (learns || negb (agree m (snd W) (repeat I n)))
          | Recovers m => supported (map negb m) (snd W) && learns
          | Leaks P m => (supported (map negb m) (snd W) && letters_anticommute L P)
                         || (supported m (snd W) && learns && negb (letter_eqb L P))
          | Restores _ | SingleUse _ => false
          end
      end
  | _ => false
  end.
End Checks.

(** ** Soundness *)

Section Soundness.
Variable K : scalars.
Add Ring K_ring : (is_ring K).
Local Open Scope scalar_scope.
Variables (gs : list gate) (n s : nat).

(** The encoder: the secret on qubit s, |0> on all others, then the gates. *)
Notation V := (encode_gates gs s).
Notation weight := (power_of_two K (count_h gs)).

Lemma well_formed_parts c : well_formed gs n s c = true -> all_fit n gs = true /\ (s < n)%nat.
Proof.
  unfold well_formed. intro H. apply andb_prop in H as [H _]. apply andb_prop in H as [F L].
  split; [exact F | apply Nat.ltb_lt, L].
Qed.

Lemma meaning_held mask W m L :
  all_fit n gs = true -> length mask = n -> supported mask (snd W) = true -> meaning_of gs s W = Some (m, L) ->
  held K n V mask L.
Proof.
  intros F N S M. exists (word (xorb (fst W) m) (snd W)). split; [exact S|].
  apply represented_carries; [exact F | rewrite (supported_length _ _ S); exact N | exact M].
Qed.

Lemma witness_held mask W L :
  all_fit n gs = true -> length mask = n -> is_witness gs s mask W L = true -> held K n V mask L.
Proof.
  intros F N H. unfold is_witness in H. apply andb_prop in H as [S H].
  destruct (meaning_of gs s W) as [[[|] L']|] eqn:M; try discriminate. apply letter_eqb_eq in H as ->.
  exact (meaning_held mask W false L' F N S M).
Qed.

Lemma witness_carries mask W L :
  all_fit n gs = true -> length mask = n -> is_witness gs s mask W L = true -> carries K n V (word (fst W) (snd W)) L.
Proof.
  intros F N H. unfold is_witness in H. apply andb_prop in H as [S H].
  destruct (meaning_of gs s W) as [[[|] L']|] eqn:M; try discriminate. apply letter_eqb_eq in H as ->.
  replace (fst W) with (xorb (fst W) false) by apply xorb_false_r.
  apply represented_carries; [exact F | rewrite (supported_length _ _ S); exact N | exact M].
Qed.

Lemma negated_length mask : length mask = n -> length (map negb mask) = n.
Proof. rewrite map_length; auto. Qed.

Lemma all_restrict_each mask qs Ws q :
  all_restrict gs n s mask qs Ws = true -> In q qs ->
  (exists W, restricts gs n s mask W q X = true) /\ (exists W, restricts gs n s mask W q Z = true).
Proof.
  revert Ws; induction qs as [|q' qs IH]; [intros ? ? []|]. intros [|W [|W' Ws]] H Q; try discriminate.
  cbn [all_restrict] in H. destruct Q as [-> | Q].
  - apply andb_prop in H as [H _]. apply andb_prop in H as [H H']. split; eexists; eassumption.
  - apply andb_prop in H as [_ H]. exact (IH Ws H Q).
Qed.

(** What the checker accepts as proved holds, for the circuit's states over every ring of scalars. *)
Theorem proves_sound c Ws : proves gs n s c Ws = true -> claim_holds K n weight V c.
Proof.
  unfold proves. intro H. apply andb_prop in H as [F H]. pose proof F as G. apply well_formed_parts in G as [A Ls].
  pose proof (circuit_is_encoder K n gs s A Ls) as E. unfold well_formed in F. apply andb_prop in F as [_ F].
  destruct c as [m|m|m|L m|out|out]; cbn [claim_holds].
  - destruct Ws as [|x [|z [|? ?]]]; try discriminate. apply Nat.eqb_eq in F. apply andb_prop in H as [HX HZ].
    apply (rest_holds_all_hides K n weight V E); [exact F | |]; eapply witness_held; eauto using negated_length.
  - destruct Ws as [|x [|z rest]]; try discriminate. apply Nat.eqb_eq in F. apply andb_prop in H as [H R].
    apply andb_prop in H as [HX HZ]. apply (restrictions_mix K n V m F).
    + apply (rest_holds_all_hides K n weight V E); [exact F | |]; eapply witness_held; eauto using negated_length.
    + intros q l Q Hl. assert (In q (held_qubits m)).
      { apply filter_In. split; [|exact Q]. apply in_seq. split; [lia|]. simpl. destruct (Nat.lt_ge_cases q (length m)); [assumption|].
        rewrite nth_overflow in Q by assumption. discriminate. }
      destruct (all_restrict_each m _ _ q R H) as [[W RX] [W' RZ]].
      assert (Found : forall W, restricts gs n s m W q l = true ->
        exists T L, carries K n V T L /\ agree m (at_each T) (single n q l) = true).
      { intros U HU. unfold restricts in HU. apply andb_prop in HU as [HA HM].
        destruct (meaning_of gs s U) as [[sg L]|] eqn:M; [|discriminate].
        exists (word (xorb (fst U) sg) (snd U)), L. split; [|exact HA].
        apply represented_carries; [exact A | destruct (agree_length _ _ _ HA); lia | exact M]. }
      destruct Hl as [-> | ->]; eauto.
  - destruct Ws as [|x [|z [|? ?]]]; try discriminate. apply Nat.eqb_eq in F. apply andb_prop in H as [HX HZ].
    apply (holds_all_recovers_isometrically K n weight V E); [exact F | |]; eapply witness_held; eauto.
  - destruct Ws as [|x [|z [|? ?]]]; try discriminate. apply andb_prop in F as [F D]. apply Nat.eqb_eq in F.
    apply andb_prop in H as [HX HZ].
    apply (both_hold_leaks K n weight V E); [exact F | | |].
    + intro Q. subst L. discriminate.
    + eapply witness_held; eauto.
    + eapply witness_held; eauto using negated_length.
  - destruct Ws as [|? ?]; [|discriminate]. apply Nat.ltb_lt in F. apply andb_prop in H as [HX HZ].
    apply (witness_carries _ _ _ A (only_length n out)) in HX. apply (witness_carries _ _ _ A (only_length n out)) in HZ.
    exact (proj1 (output_restored K n weight V E out F HX HZ)).
  - destruct Ws as [|? ?]; [|discriminate]. apply Nat.ltb_lt in F. apply andb_prop in H as [HX HZ].
    apply (witness_carries _ _ _ A (only_length n out)) in HX. apply (witness_carries _ _ _ A (only_length n out)) in HZ.
    exact (output_restored K n weight V E out F HX HZ).
Qed.

(** What the checker accepts as refuted is false, for the circuit's states over every ring of scalars. *)
Theorem refutes_sound c Ws : refutes gs n s c Ws = true -> ~ claim_holds K n weight V c.
Proof.
  unfold refutes. intro H. apply andb_prop in H as [F H]. pose proof F as G. apply well_formed_parts in G as [A Ls].
  pose proof (circuit_is_encoder K n gs s A Ls) as E. unfold well_formed in F. apply andb_prop in F as [_ F].
  destruct Ws as [|W [|? ?]]; try discriminate. destruct (meaning_of gs s W) as [[sg L]|] eqn:M; [|discriminate].
  assert (learn : negb (letter_eqb L I) = true -> L <> I) by (intros Q R; subst L; discriminate).
  destruct c as [m|m|m|P m|out|out]; cbn [claim_holds]; try discriminate.
  - apply Nat.eqb_eq in F. apply andb_prop in H as [S D].
    apply (holds_not_hides K n weight V E m L F (learn D)). exact (meaning_held m W sg L A F S M).
  - apply Nat.eqb_eq in F. apply andb_prop in H as [S D]. intros [Hide Mean].
    destruct (negb (letter_eqb L I)) eqn:Q.
    + revert Hide. apply (holds_not_hides K n weight V E m L F (learn eq_refl)). exact (meaning_held m W sg L A F S M).
    + apply negb_false_iff, letter_eqb_eq in Q. subst L. cbn [orb] in D.
      assert (LW : length (snd W) = n) by (rewrite (supported_length _ _ S); exact F).
      pose proof (represented_carries K n gs s (fst W) sg (snd W) I A LW M) as C.
      apply (weight_not_zero K n weight V E). transitivity (weight * overlap K (basis K false) (apply K I (basis K false))).
      * unfold overlap; cbn. rewrite conj_one, conj_zero. ring.
      * rewrite <- (carrier_measures K n weight V E (word (xorb (fst W) sg) (snd W)) I (basis K false) (basis K false) C).
        apply Mean; [exact S|]. cbn [word at_each]. intro Same. rewrite Same in D. apply negb_true_iff in D. revert D.
        rewrite F. replace (agree m (repeat I n) (repeat I n)) with true; [discriminate|]. rewrite <- F. clear.
        induction m as [|h m IH]; cbn; [reflexivity|]. rewrite orb_true_r. exact IH.
  - apply Nat.eqb_eq in F. apply andb_prop in H as [S D]. intro R. apply isometrically_recovers in R. revert R.
    apply (rest_holds_not_recovers K n V m L F (learn D)). exact (meaning_held _ W sg L A (negated_length _ F) S M).
  - apply andb_prop in F as [F _]. apply Nat.eqb_eq in F. apply orb_prop in H as [H|H].
    + apply andb_prop in H as [S D]. apply (rest_holds_not_leaks K n weight V E m L P F D).
      exact (meaning_held _ W sg L A (negated_length _ F) S M).
    + apply andb_prop in H as [H D]. apply andb_prop in H as [S D']. intro R.
      assert (L = P) by (apply (holds_leaks_no_other K n weight V E m L P F (learn D')); [exact (meaning_held m W sg L A F S M) | exact R]).
      subst P. apply negb_true_iff in D. assert (letter_eqb L L = true) by (apply letter_eqb_eq; reflexivity). congruence.
Qed.
End Soundness.
