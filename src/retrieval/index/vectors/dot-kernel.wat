;; Dot products of many stored vectors, each with one of two questions, exact in 32 bits, then each times the scale of its vector.
;; A stored component is one signed byte, a question's is 16 bits; sixteen components a step.
(module
  (memory (export "memory") 2)
  (func (export "dots")
    (param $row i32)      ;; address of the first stored vector; the others follow without a gap
    (param $count i32)    ;; how many
    (param $width i32)    ;; components of a vector, a multiple of 16
    (param $question i32) ;; address of the first question
    (param $stride i32)   ;; bytes from the first question to the second, a multiple of 16; 0 for one question
    (param $which i32)    ;; address of $count bytes: 0 for a vector of the first question, 1 for one of the second
    (param $scales i32)   ;; address of the first vector's scale, a float of 32 bits
    (param $out i32)      ;; address of the first of $count answers, floats of 32 bits
    (local $out_end i32) (local $row_end i32) (local $at i32)
    (local $width2 i32) (local $width3 i32)
    (local $sum v128) (local $sum1 v128) (local $sum2 v128) (local $sum3 v128)
    (local $bytes v128) (local $low v128) (local $high v128)
    (local.set $out_end (i32.add (local.get $out) (i32.shl (local.get $count) (i32.const 2))))
    ;; With one question four rows at a time, so that its components are loaded once for the four: a third quicker.
    (local.set $width2 (i32.add (local.get $width) (local.get $width)))
    (local.set $width3 (i32.add (local.get $width2) (local.get $width)))
    (block $rest
      (loop $fours
        (br_if $rest (local.get $stride))
        (br_if $rest (i32.lt_u (i32.sub (local.get $out_end) (local.get $out)) (i32.const 16)))
        (local.set $sum (v128.const i32x4 0 0 0 0))
        (local.set $sum1 (v128.const i32x4 0 0 0 0))
        (local.set $sum2 (v128.const i32x4 0 0 0 0))
        (local.set $sum3 (v128.const i32x4 0 0 0 0))
        (local.set $at (local.get $question))
        (local.set $row_end (i32.add (local.get $row) (local.get $width)))
        (loop $components
          (local.set $low (v128.load (local.get $at)))
          (local.set $high (v128.load offset=16 (local.get $at)))
          (local.set $bytes (v128.load (local.get $row)))
          (local.set $sum
            (i32x4.add
              (local.get $sum)
              (i32x4.add
                (i32x4.dot_i16x8_s (i16x8.extend_low_i8x16_s (local.get $bytes)) (local.get $low))
                (i32x4.dot_i16x8_s (i16x8.extend_high_i8x16_s (local.get $bytes)) (local.get $high)))))
          (local.set $bytes (v128.load (i32.add (local.get $row) (local.get $width))))
          (local.set $sum1
            (i32x4.add
              (local.get $sum1)
              (i32x4.add
                (i32x4.dot_i16x8_s (i16x8.extend_low_i8x16_s (local.get $bytes)) (local.get $low))
                (i32x4.dot_i16x8_s (i16x8.extend_high_i8x16_s (local.get $bytes)) (local.get $high)))))
          (local.set $bytes (v128.load (i32.add (local.get $row) (local.get $width2))))
          (local.set $sum2
            (i32x4.add
              (local.get $sum2)
              (i32x4.add
                (i32x4.dot_i16x8_s (i16x8.extend_low_i8x16_s (local.get $bytes)) (local.get $low))
                (i32x4.dot_i16x8_s (i16x8.extend_high_i8x16_s (local.get $bytes)) (local.get $high)))))
          (local.set $bytes (v128.load (i32.add (local.get $row) (local.get $width3))))
          (local.set $sum3
            (i32x4.add
              (local.get $sum3)
              (i32x4.add
                (i32x4.dot_i16x8_s (i16x8.extend_low_i8x16_s (local.get $bytes)) (local.get $low))
                (i32x4.dot_i16x8_s (i16x8.extend_high_i8x16_s (local.get $bytes)) (local.get $high)))))
          (local.set $row (i32.add (local.get $row) (i32.const 16)))
          (local.set $at (i32.add (local.get $at) (i32.const 32)))
          (br_if $components (i32.lt_u (local.get $row) (local.get $row_end))))
        ;; The four lanes of each of the four sums are added up by turning rows into columns.
        (local.set $low
          (i32x4.add
            (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $sum) (local.get $sum1))
            (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $sum) (local.get $sum1))))
        (local.set $high
          (i32x4.add
            (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $sum2) (local.get $sum3))
            (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $sum2) (local.get $sum3))))
        (v128.store (local.get $out)
          (f32x4.mul
            (v128.load (local.get $scales))
            (f32x4.convert_i32x4_s
              (i32x4.add
                (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $low) (local.get $high))
                (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $low) (local.get $high))))))
        (local.set $row (i32.add (local.get $row) (local.get $width3)))
        (local.set $scales (i32.add (local.get $scales) (i32.const 16)))
        (local.set $out (i32.add (local.get $out) (i32.const 16)))
        (br $fours)))
    (block $done
      (loop $rows
        (br_if $done (i32.ge_u (local.get $out) (local.get $out_end)))
        (local.set $sum (v128.const i32x4 0 0 0 0))
        (local.set $at
          (i32.add (local.get $question) (i32.mul (local.get $stride) (i32.load8_u (local.get $which)))))
        (local.set $row_end (i32.add (local.get $row) (local.get $width)))
        (loop $components
          (local.set $bytes (v128.load (local.get $row)))
          (local.set $sum
            (i32x4.add
              (local.get $sum)
              (i32x4.add
                (i32x4.dot_i16x8_s
                  (i16x8.extend_low_i8x16_s (local.get $bytes))
                  (v128.load (local.get $at)))
                (i32x4.dot_i16x8_s
                  (i16x8.extend_high_i8x16_s (local.get $bytes))
                  (v128.load offset=16 (local.get $at))))))
          (local.set $row (i32.add (local.get $row) (i32.const 16)))
          (local.set $at (i32.add (local.get $at) (i32.const 32)))
          (br_if $components (i32.lt_u (local.get $row) (local.get $row_end))))
        (f32.store (local.get $out)
          (f32.mul
            (f32.load (local.get $scales))
            (f32.convert_i32_s
              (i32.add
                (i32.add (i32x4.extract_lane 0 (local.get $sum)) (i32x4.extract_lane 1 (local.get $sum)))
                (i32.add (i32x4.extract_lane 2 (local.get $sum)) (i32x4.extract_lane 3 (local.get $sum)))))))
        (local.set $scales (i32.add (local.get $scales) (i32.const 4)))
        (local.set $out (i32.add (local.get $out) (i32.const 4)))
        (local.set $which (i32.add (local.get $which) (i32.const 1)))
        (br $rows)))))
