;; Dot products of many stored vectors with one question, exact in 32 bits, then each times the scale of its vector.
;; A stored component is one signed byte, a question's is 16 bits; sixteen components a step.
(module
  (memory (export "memory") 1)
  (func (export "dots")
    (param $row i32)      ;; address of the first stored vector; the others follow without a gap
    (param $count i32)    ;; how many
    (param $width i32)    ;; components of a vector, a multiple of 16
    (param $question i32) ;; address of the question
    (param $scales i32)   ;; address of the first vector's scale, a float of 32 bits
    (param $out i32)      ;; address of the first of $count answers, floats of 32 bits
    (local $out_end i32) (local $row_end i32) (local $at i32)
    (local $sum v128) (local $bytes v128)
    (local.set $out_end (i32.add (local.get $out) (i32.shl (local.get $count) (i32.const 2))))
    (block $done
      (loop $rows
        (br_if $done (i32.ge_u (local.get $out) (local.get $out_end)))
        (local.set $sum (v128.const i32x4 0 0 0 0))
        (local.set $at (local.get $question))
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
        (br $rows)))))
