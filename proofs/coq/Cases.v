(** Claims with letters: S[i] stands for every S[0], S[1], ...; different letters for different numbers.

    What an exported certificate states and proves is at the end: a claim's text, a protocol, and one line that computes. *)

From Coq Require Import Bool List Arith Lia String Ascii.
From NoClone Require Import Circuits Claims Checker Reading.
Import ListNotations.
Local Open Scope string_scope.

(** ** Letters in a word such as S[i], N[*-j] or decrypt[i] *)

Definition backwards (w : string) : list ascii := rev (list_ascii_of_string w).
Definition forwards (cs : list ascii) : string := string_of_list_ascii (rev cs).

Definition lower (c : ascii) : bool := (97 <=? nat_of_ascii c)%nat && (nat_of_ascii c <=? 122)%nat.

Definition letter_in (w : string) : option ascii :=
  match backwards w with
  | "]"%char :: c :: "["%char :: _ => if lower c then Some c else None
  | "]"%char :: c :: "-"%char :: "*"%char :: "["%char :: _ => if lower c then Some c else None
  | _ => None
  end.

(** The word with its letter, if it is this one, replaced by a number. *)
Definition filled (c : ascii) (k : nat) (w : string) : string :=
  match letter_in w, backwards w with
  | Some c', _ :: _ :: rest => if Ascii.eqb c c' then forwards rest ++ digits k ++ "]" else w
  | _, _ => w
  end.

Fixpoint stem (w : string) : string :=
  match w with
  | EmptyString => ""
  | String c w => if Ascii.eqb c "[" then "" else String c (stem w)
  end.

(** How many numbers a word's letter stands for: a register's qubits, or the stages and recoveries name[0], name[1], ... *)
Definition range_of (d : document) (w : string) : nat :=
  match find (fun r => fst r =? stem w) (registers d) with
  | Some (_, m) => m
  | None =>
      let known := (map fst (stages d) ++ map fst (recoveries d))%list in
      List.length (filter (fun k => existsb (String.eqb (indexed (stem w) k)) known) (seq 0 (List.length known)))
  end.

(** The letters of a text in order, each with its range. *)
Fixpoint letters_of (d : document) (ws : list string) : list (ascii * nat) :=
  match ws with
  | [] => []
  | w :: ws =>
      match letter_in w with
      | Some c => (c, range_of d w) :: filter (fun l => negb (Ascii.eqb c (fst l))) (letters_of d ws)
      | None => letters_of d ws
      end
  end.

(** A letter must have the same range wherever it occurs. *)
Definition ranges_agree (d : document) (ws : list string) (ls : list (ascii * nat)) : bool :=
  forallb (fun w => match letter_in w with
    | Some c => existsb (fun l => Ascii.eqb c (fst l) && (range_of d w =? snd l)%nat) ls
    | None => true end) ws.

(** All choices of different numbers, the first letter's slowest. *)
Fixpoint choices (ls : list (ascii * nat)) (taken : list nat) : list (list (ascii * nat)) :=
  match ls with
  | [] => [[]]
  | (c, m) :: ls =>
      flat_map (fun k => if existsb (Nat.eqb k) taken then [] else map (cons (c, k)) (choices ls (k :: taken))) (seq 0 m)
  end.

Fixpoint joined_words (ws : list string) : string :=
  match ws with
  | [] => ""
  | [w] => w
  | w :: ws => w ++ " " ++ joined_words ws
  end.

Definition cases (d : document) (text : string) : list string :=
  let ws := words text in
  let ls := letters_of d ws in
  if ranges_agree d ws ls
  then map (fun choice => joined_words (map (fun w => fold_left (fun w l => filled (fst l) (snd l) w) choice w) ws))
           (choices ls [])
  else [].

(** ** What a certificate says *)

(** The claim holds in every case, and there is one. *)
Definition holds_in_every_case (d : document) (text : string) : Prop :=
  cases d text <> [] /\ Forall (proved d) (cases d text).

(** The claim fails in some case. *)
Definition fails_in_some_case (d : document) (text : string) : Prop := Exists (refuted d) (cases d text).

(** The cases that a certificate gives, each with its operators, must be the claim's, in order. *)
Fixpoint all_accepted (d : document) (texts : list string) (given : list (string * list string)) : bool :=
  match texts, given with
  | [], [] => true
  | t :: texts, (t', Ws) :: given => (t =? t') && accepts_proof d t Ws && all_accepted d texts given
  | _, _ => false
  end.

Definition accepted_in_every_case (d : document) (text : string) (given : list (string * list string)) : bool :=
  match cases d text with [] => false | texts => all_accepted d texts given end.

(** The case that the attack is about must be one of the claim's. *)
Definition accepted_in_one_case (d : document) (text : string) (given : string * list string) : bool :=
  let (case, operators) := given in existsb (String.eqb case) (cases d text) && accepts_attack d case operators.

Lemma all_accepted_proved d texts given : all_accepted d texts given = true -> Forall (proved d) texts.
Proof.
  revert given; induction texts as [|t texts IH]; intros [|[t' Ws] given] H; try discriminate; constructor;
    apply andb_prop in H as [H1 H2]; apply andb_prop in H1 as [_ H1].
  - exact (accepted_is_proved d t Ws H1).
  - exact (IH given H2).
Qed.

(** A certificate that the checker accepts proves its claim in every case. *)
Theorem certificate_proves d text given :
  accepted_in_every_case d text given = true -> holds_in_every_case d text.
Proof.
  unfold accepted_in_every_case, holds_in_every_case. destruct (cases d text) as [|t texts] eqn:C; [discriminate|].
  intro H. split; [discriminate | exact (all_accepted_proved d _ given H)].
Qed.

(** A certificate of an attack that the checker accepts refutes its claim. *)
Theorem certificate_refutes d text given :
  accepted_in_one_case d text given = true -> fails_in_some_case d text.
Proof.
  destruct given as [case operators]. intro H. apply andb_prop in H as [H1 H2]. apply existsb_exists in H1 as [t [I E]]. apply String.eqb_eq in E. subst t.
  apply Exists_exists. exists case. split; [exact I | exact (accepted_is_refuted d case operators H2)].
Qed.
