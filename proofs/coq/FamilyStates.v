(** Uniform protocols as encoders of states, and the classification of encrypted cloning in terms of states. *)

From Coq Require Import Bool List Arith Lia Ring.
From NoClone Require Import Pauli Family Classification Vectors Locality States Verdicts.
Import ListNotations.

Section FamilyStates.
Variable K : scalars.
Add Ring K_ring : (is_ring K).
Local Open Scope scalar_scope.

(** ** The encoder *)

(** n Bell pairs |00> + |11> (a textbook divides each by the root of 2). *)
Fixpoint bell_pairs (b : list bool) : K :=
  match b with
  | s :: t :: b => if eqb s t then bell_pairs b else 0
  | [] => 1
  | _ => 0
  end.

(** 1 - i P: exp(-i pi/4 P) times the root of 2. *)
Definition rotate (P : pauli) (u : vector K) : vector K := fun b => u b - i * act P u b.

Fixpoint run (n : nat) (p : protocol) (u : vector K) : vector K :=
  match p with
  | [] => u
  | r :: p => run n p (rotate (rotation_at n r) u)
  end.

(** The secret on A, n Bell pairs, then the protocol's rotations, the first in the list first. *)
Definition encode (n : nat) (p : protocol) (q : qubit K) : vector K := run n p (joined K q bell_pairs).

Fixpoint power_of_two (m : nat) : K := match m with O => 1 | S m => (1 + 1) * power_of_two m end.

(** ** Rotations *)

Lemma word_hermitian m a : hermitian (word m a).
Proof.
  unfold hermitian, word; cbn [factor at_each].
  replace (snd (times (sign m) (phase_of_ys a))) with (snd (phase_of_ys a))
    by (destruct m, (phase_of_ys a) as [[|] [|]]; reflexivity).
  induction a as [|l a IH]; [reflexivity|]. simpl.
  rewrite <- IH. letters; simpl; destruct (phase_of_ys a) as [[|] [|]]; reflexivity.
Qed.

Lemma rotate_same n P u v : same n u v -> same n (rotate P u) (rotate P v).
Proof. intros H b L. unfold rotate. rewrite (H b L), (act_same K n P u v H b L). reflexivity. Qed.

Lemma run_same n p u v : same (1 + 2 * n) u v -> same (1 + 2 * n) (run n p u) (run n p v).
Proof. revert u v; induction p as [|r p IH]; intros u v H; simpl; [exact H|]. apply IH, rotate_same, H. Qed.

Lemma rotate_combination P x y u v b :
  rotate P (fun c => x * u c + y * v c) b = x * rotate P u b + y * rotate P v b.
Proof. unfold rotate. rewrite act_combination. ring. Qed.

Lemma run_combination n p x y u v :
  same (1 + 2 * n) (run n p (fun c => x * u c + y * v c)) (fun b => x * run n p u b + y * run n p v b).
Proof.
  revert u v; induction p as [|r p IH]; intros u v b L; simpl; [reflexivity|]. rewrite <- IH by exact L.
  apply run_same; [|exact L]. intros c _. apply rotate_combination.
Qed.

(** W U = U (U* W U): pulling back does what it says, for a rotation. *)
Lemma rotate_pulls P W u b :
  hermitian P -> length (at_each P) = length b -> length (at_each W) = length b ->
  act W (rotate P u) b = rotate P (act (pull_rotation P W) u) b.
Proof.
  intros HP LP LW. pose proof (i_squared K) as ii.
  assert (Ex : act W (rotate P u) b = act W u b - i * act (multiply W P) u b).
  { rewrite act_multiply by assumption. unfold rotate, act; ring. }
  rewrite Ex, multiply_swapped, act_scaled, anticommute_sym by lia. unfold pull_rotation, rotate.
  destruct (anticommute (at_each P) (at_each W)); cbn [value sign].
  - rewrite (act_same K (length b) P (act (scaled imaginary (multiply P W)) u)
      (fun c => i * act P (act W u) c + 0 * 0)) by
      (try reflexivity; intros c Lc; rewrite act_scaled, act_multiply by lia; cbn [value imaginary]; ring).
    rewrite (act_combination K P i 0 (act P (act W u)) (fun _ => 0)), hermitian_twice by (try assumption; lia).
    rewrite act_scaled, act_multiply by lia. cbn [value imaginary]. ring [ii].
  - rewrite act_multiply by lia. ring.
Qed.

Lemma rotation_length n r : length (at_each (rotation_at n r)) = (1 + 2 * n)%nat.
Proof. simpl. rewrite on_pairs_length. lia. Qed.

(** The same for a whole protocol. *)
Lemma run_pulls n p W u :
  length (at_each W) = (1 + 2 * n)%nat -> same (1 + 2 * n) (act W (run n p u)) (run n p (act (pull_back n p W) u)).
Proof.
  intro LW. revert u; induction p as [|r p IH]; intros u b L; simpl; [reflexivity|].
  rewrite IH by exact L. apply run_same; [|exact L]. intros c Lc. apply rotate_pulls.
  - apply word_hermitian.
  - rewrite rotation_length; lia.
  - rewrite pull_back_length by exact LW. lia.
Qed.

Lemma pull_rotation_hermitian P W :
  hermitian P -> length (at_each P) = length (at_each W) -> hermitian (pull_rotation P W) -> hermitian W.
Proof.
  intros HP L. unfold pull_rotation. destruct (anticommute (at_each P) (at_each W)) eqn:A; [|auto].
  unfold hermitian, anticommute in *; simpl. rewrite crossings_plus_left, !crossings_plus_right by exact L.
  rewrite <- HP. destruct (snd (factor P)), (snd (factor W)), (crossings (at_each P) (at_each W)),
    (crossings (at_each W) (at_each P)), (crossings (at_each W) (at_each W)); simpl in *; congruence.
Qed.

Lemma pull_back_hermitian n p W :
  length (at_each W) = (1 + 2 * n)%nat -> hermitian (pull_back n p W) -> hermitian W.
Proof.
  intro L; induction p as [|r p IH]; simpl; [auto|]. intro H. apply IH.
  apply (pull_rotation_hermitian (rotation_at n r)); [apply word_hermitian | | exact H].
  rewrite rotation_length, pull_back_length by exact L. reflexivity.
Qed.

(** A rotation keeps inner products, up to the factor 2. *)
Lemma rotate_isometric n P u v :
  hermitian P -> length (at_each P) = n -> inner n (rotate P u) (rotate P v) = (1 + 1) * inner n u v.
Proof.
  intros H L. pose proof (i_squared K) as ii.
  rewrite (inner_same K n (rotate P u) (fun c => 1 * u c + (- i) * act P u c) (rotate P v) (fun c => 1 * v c + (- i) * act P v c))
    by (intros c _; unfold rotate; ring).
  rewrite inner_left, !inner_right, conj_one, conj_opp, conj_i, !hermitian_moves by assumption.
  rewrite (inner_same K n u u (act P (act P v)) v); [ring [ii]| |].
  - intros c _; reflexivity.
  - intros c Lc. apply hermitian_twice; [exact H | lia].
Qed.

Lemma run_isometric n p u v :
  inner (1 + 2 * n) (run n p u) (run n p v) = power_of_two (length p) * inner (1 + 2 * n) u v.
Proof.
  revert u v; induction p as [|r p IH]; intros u v; simpl power_of_two; [cbn [run]; ring|]. cbn [run length power_of_two].
  rewrite IH, rotate_isometric; [ring | apply word_hermitian | apply rotation_length].
Qed.

(** ** Bell pairs *)

Lemma stabilizers_fix k ts b :
  length b = (2 * length ts)%nat -> act (Pauli k (doubled ts)) bell_pairs b = value k * bell_pairs b.
Proof.
  revert k b; induction ts as [|t ts IH]; intros k b L.
  - destruct b; [|discriminate]. unfold act; cbn [factor at_each doubled flipped z_parity]. rewrite value_times; cbn; ring.
  - destruct b as [|s [|s' b]]; simpl in L; try lia. cbn [doubled]. rewrite !act_cons. cbn [bell_pairs].
    replace (eqb (xorb (fst t) s) (xorb (fst t) s')) with (eqb s s') by (letters; destruct s, s'; reflexivity).
    destruct (eqb s s') eqn:Q.
    + apply eqb_prop in Q as ->. rewrite IH by lia. rewrite !value_times.
      destruct (snd t && xorb (fst t) s'); simpl; ring.
    + unfold act; ring.
Qed.

Lemma logical_acts L ts q :
  same (1 + 2 * length ts) (act (logical_and_stabilizers L ts) (joined K q bell_pairs)) (joined K (apply K L q) bell_pairs).
Proof.
  intros [|x b] H; [discriminate|]. rewrite logical_and_stabilizers_form, act_cons. unfold joined.
  rewrite (act_same K (length b) _ _ (fun c => q (xorb (fst L) x) * bell_pairs c + 0 * 0)) by (try reflexivity; intros c _; ring).
  rewrite (act_combination K _ _ 0 bell_pairs (fun _ => 0)), stabilizers_fix by (simpl in H; lia). rewrite value_times.
  letters; destruct x; cbn; ring.
Qed.

Lemma bell_pairs_weight n : sum (2 * n) (fun b => conj (bell_pairs b) * bell_pairs b) = power_of_two n.
Proof.
  induction n as [|n IH]; [cbn; rewrite conj_one; ring|]. replace (2 * S n)%nat with (S (S (2 * n))) by lia. cbn [sum].
  cbn [bell_pairs eqb power_of_two]. rewrite IH.
  assert (Z0 : sum (2 * n) (fun _ => conj 0 * 0 : K) = 0).
  { rewrite (sum_same K (2 * n) _ (fun b => 0 * 0 + 0 * 0)) by (intros; ring). rewrite sum_combination. ring. }
  rewrite !Z0. ring.
Qed.

Lemma power_regular m (a : K) : power_of_two m * a = 0 -> a = 0.
Proof.
  revert a; induction m as [|m IH]; intros a H; cbn [power_of_two] in H.
  - rewrite <- H; ring.
  - apply IH. apply two_regular. rewrite <- H. ring.
Qed.

Lemma power_add a b : power_of_two (a + b) = power_of_two a * power_of_two b.
Proof. induction a as [|a IH]; cbn [Nat.add power_of_two]; [ring | rewrite IH; ring]. Qed.

(** The encoder is linear and an isometry (up to the stated factor), for every uniform protocol and every n: the
    theorems below are not empty. *)
Theorem encode_is_encoder n p : encoder K (1 + 2 * n) (power_of_two (length p + n)) (encode n p).
Proof.
  split.
  - intros x y q r b L. unfold encode. rewrite <- run_combination by exact L. apply run_same; [|exact L].
    intros [|z c] _; unfold joined; ring.
  - intros q r b L H. unfold encode. apply run_same; [|exact L]. intros [|z c] _; unfold joined; [reflexivity|].
    rewrite H; reflexivity.
  - intros q r. unfold encode. rewrite run_isometric, power_add. cbn [inner Nat.add]. unfold inner; cbn [sum]. unfold joined.
    rewrite <- (bell_pairs_weight n).
    rewrite (sum_same K (n + (n + 0)) _ (fun b => conj (q false) * r false * (conj (bell_pairs b) * bell_pairs b) + 0 * 0))
      by (intros; rewrite conj_mul; ring).
    rewrite (sum_same K (n + (n + 0)) (fun b => conj (q true * _) * _)
      (fun b => conj (q true) * r true * (conj (bell_pairs b) * bell_pairs b) + 0 * 0)) by (intros; rewrite conj_mul; ring).
    rewrite !sum_combination. unfold overlap. cbn [Nat.mul]. ring.
  - apply power_regular.
Qed.

(** W represents L means W V = V L on states. *)
Theorem representative_carries n p W L :
  represents n p W L -> carries K (1 + 2 * n) (encode n p) W L.
Proof.
  intros [LW [ts [T P]]]. split; [exact LW|]. split.
  - apply (pull_back_hermitian n p); [exact LW|]. rewrite P. apply word_hermitian.
  - intros q b Lb. unfold encode. rewrite run_pulls, P by assumption. apply run_same; [|exact Lb].
    rewrite <- T. apply logical_acts.
Qed.

Lemma mask_length c : length (mask c) = (1 + 2 * size c)%nat.
Proof. destruct c as [a ks]. unfold mask, size; simpl. induction ks; simpl in *; lia. Qed.

Lemma mask_complement c : mask (complement c) = map negb (mask c).
Proof. destruct c as [a ks]. unfold mask; simpl. f_equal. induction ks as [|[] ks IH]; simpl; congruence. Qed.

Section OneCoalition.
Variables (p : protocol) (c : coalition).
Notation weight := (power_of_two (length p + size c)).
Notation V := (encode (size c) p).

Lemma reads_held L : reads p c L -> held K (1 + 2 * size c) V (mask c) L.
Proof. intros [W [H R]]. exists W. split; [exact H | apply representative_carries, R]. Qed.

Lemma rest_reads_held L : reads p (complement c) L -> held K (1 + 2 * size c) V (map negb (mask c)) L.
Proof.
  intros [W [H R]]. exists W. rewrite <- mask_complement. split; [exact H|]. rewrite complement_size in R.
  apply representative_carries, R.
Qed.

(** Any uniform protocol, any n: an authorized coalition brings every input back, exactly, by an isometry on its own
    qubits and an ancilla. *)
Theorem authorized_recovers : authorized p c -> recovers_isometrically K (1 + 2 * size c) V (mask c).
Proof.
  intros [HX HZ]. apply (holds_all_recovers_isometrically K _ _ _ (encode_is_encoder (size c) p)); [apply mask_length | |];
    apply reads_held; assumption.
Qed.

(** Any uniform protocol, any n: an uninformative coalition sees the same for all inputs, entangled or not. *)
Theorem uninformative_hides : uninformative p c -> hides K (1 + 2 * size c) V (mask c).
Proof.
  intros [HX HZ]. apply (rest_holds_all_hides K _ _ _ (encode_is_encoder (size c) p)); [apply mask_length | |];
    apply rest_reads_held; assumption.
Qed.

(** Any uniform protocol, any n: a coalition that leaks L learns exactly that component. *)
Theorem leaks_leaks_exactly L : leaks p c L -> leaks_exactly K (1 + 2 * size c) weight V (mask c) L.
Proof.
  intros [D [H H']]. apply (both_hold_leaks K _ _ _ (encode_is_encoder (size c) p)); [apply mask_length | exact D | |].
  - apply reads_held, H.
  - apply rest_reads_held, H'.
Qed.

(** Any uniform protocol, any n: whoever is deprived of some component cannot recover. *)
Theorem rest_reads_not_recovers L : L <> I -> reads p (complement c) L -> ~ recovers K (1 + 2 * size c) V (mask c).
Proof.
  intros D H. apply (rest_holds_not_recovers K _ _ _ L); [apply mask_length | exact D |].
  apply rest_reads_held, H.
Qed.

(** Any uniform protocol, any n: whoever reads some component is not ignorant. *)
Theorem reads_not_hides L : L <> I -> reads p c L -> ~ hides K (1 + 2 * size c) V (mask c).
Proof.
  intros D H. apply (holds_not_hides K _ _ _ (encode_is_encoder (size c) p) _ L); [apply mask_length | exact D |].
  apply reads_held, H.
Qed.
End OneCoalition.

(** ** Encrypted cloning: the classification, about states, for every n and every coalition *)

Section EncryptedCloning.
Variable c : coalition.
Notation weight := (power_of_two (length encrypted_cloning + size c)).
Notation V := (encode (size c) encrypted_cloning).

(** A coalition can bring every input back exactly, by any operator on its qubits and an ancilla, if and only if the
    table says so. *)
Theorem recovers_iff : recovers K (1 + 2 * size c) V (mask c) <-> authorized_rule c = true.
Proof.
  split; [|intro R; apply isometrically_recovers, authorized_recovers, authorized_iff, R].
  intro R. destruct (nothing_else c) as [H|[H|H]]; [now apply authorized_iff | |]; exfalso; revert R.
  - apply (rest_reads_not_recovers _ _ X); [discriminate | apply H].
  - apply (rest_reads_not_recovers _ _ Y); [discriminate | apply H].
Qed.

(** The same with an isometry: there is one exactly where the table says so. *)
Corollary recovers_isometrically_iff :
  recovers_isometrically K (1 + 2 * size c) V (mask c) <-> authorized_rule c = true.
Proof.
  split; [intro R; apply recovers_iff, isometrically_recovers, R | intro R; apply authorized_recovers, authorized_iff, R].
Qed.

(** What a coalition holds is the same for all inputs if and only if the table says so. *)
Theorem hides_iff : hides K (1 + 2 * size c) V (mask c) <-> uninformative_rule c = true.
Proof.
  split; [|intro R; apply uninformative_hides, uninformative_iff, R].
  intro R. destruct (nothing_else c) as [H|[H|H]]; [|now apply uninformative_iff|]; exfalso; revert R.
  - apply (reads_not_hides _ _ X); [discriminate | apply H].
  - apply (reads_not_hides _ _ Y); [discriminate | apply H].
Qed.

(** A coalition learns exactly one Pauli component if and only if that is Y and the table says so. *)
Theorem leaks_exactly_iff L :
  leaks_exactly K (1 + 2 * size c) weight V (mask c) L <-> L = Y /\ leaks_y_rule c = true.
Proof.
  split; [|intro R; apply leaks_leaks_exactly, leaks_iff, R]. intro R.
  pose proof (fun L' D H => holds_leaks_no_other K _ _ _ (encode_is_encoder (size c) encrypted_cloning) (mask c) L' L
    (mask_length c) D (reads_held encrypted_cloning c L' H) R) as Only.
  destruct (nothing_else c) as [H|[H|H]].
  - exfalso. assert (X = L) by (apply Only; [discriminate | apply H]).
    assert (Z = L) by (apply Only; [discriminate | apply H]). subst L. discriminate.
  - exfalso. apply (leaks_not_hides K _ _ _ (encode_is_encoder (size c) encrypted_cloning) _ L R).
    apply uninformative_hides, H.
  - split; [symmetry; apply Only; [discriminate | apply H] | apply (leaks_iff c Y), H].
Qed.
End EncryptedCloning.

(** Whoever recovers, the others do not: two coalitions with nothing in common never both can. *)
Theorem one_decryption c c' :
  size c = size c' -> disjoint (mask c) (mask c') = true ->
  recovers K (1 + 2 * size c) (encode (size c) encrypted_cloning) (mask c) ->
  ~ recovers K (1 + 2 * size c') (encode (size c') encrypted_cloning) (mask c').
Proof.
  intros N D R R'. apply recovers_iff, authorized_iff in R. apply recovers_iff, authorized_iff in R'.
  exact (only_one_decryption _ _ _ N D R R').
Qed.
End FamilyStates.
