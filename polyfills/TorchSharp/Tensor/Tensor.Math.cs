using static TorchSharp.PInvoke.Operators;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor add(Tensor target) => Call("aten::add", "Tensor", this, target);

        public Tensor add(Tensor target, Scalar alpha) => Call("aten::add", "Tensor", this, target, alpha);

        public Tensor add(Scalar scalar) => Call("aten::add", "Scalar", this, scalar);

        public Tensor add_(Tensor target) => Call("aten::add_", "Tensor", this, target);

        public Tensor add_(Tensor target, Scalar alpha) => Call("aten::add_", "Tensor", this, target, alpha);

        public Tensor add_(Scalar scalar) => Call("aten::add_", "Scalar", this, scalar);

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => Call("aten::addcdiv_", string.Empty, this, tensor1, tensor2, value);

        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => Call("aten::addcmul_", string.Empty, this, tensor1, tensor2, value);

        public Tensor sub(Tensor target) => Call("aten::sub", "Tensor", this, target);

        public Tensor sub(Scalar target) => Call("aten::sub", "Scalar", this, target);

        public Tensor sub_(Tensor target) => Call("aten::sub_", "Tensor", this, target);

        public Tensor mul(Tensor target) => Call("aten::mul", "Tensor", this, target);

        public Tensor mul(Scalar target) => Call("aten::mul", "Scalar", this, target);

        public Tensor mul_(Tensor target) => Call("aten::mul_", "Tensor", this, target);

        public Tensor mul_(Scalar target) => Call("aten::mul_", "Scalar", this, target);

        public Tensor div(Tensor target) => Call("aten::div", "Tensor", this, target);

        public Tensor div(Scalar target) => Call("aten::div", "Scalar", this, target);

        public Tensor div_(Scalar target) => Call("aten::div_", "Scalar", this, target);

        public Tensor neg() => Call("aten::neg", string.Empty, this);

        public Tensor reciprocal() => Call("aten::reciprocal", string.Empty, this);

        public Tensor abs() => Call("aten::abs", string.Empty, this);

        public Tensor exp() => Call("aten::exp", string.Empty, this);

        public Tensor log() => Call("aten::log", string.Empty, this);

        public Tensor sqrt() => Call("aten::sqrt", string.Empty, this);

        public Tensor square() => Call("aten::square", string.Empty, this);

        public Tensor round() => Call("aten::round", string.Empty, this);

        public Tensor pow(Scalar exponent) => Call("aten::pow", "Tensor_Scalar", this, exponent);

        public Tensor relu() => Call("aten::relu", string.Empty, this);

        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Call("aten::clamp", string.Empty, this, min, max);

        public Tensor sum() => Call("aten::sum", string.Empty, this);

        public Tensor sum(long dim, bool keepdim = false) => Call("aten::sum", "dim_IntList", this, new[] { dim }, keepdim);

        public Tensor sum(long[] dim, bool keepdim = false) => Call("aten::sum", "dim_IntList", this, dim, keepdim);

        public Tensor mean() => Call("aten::mean", string.Empty, this);

        public Tensor mean(long[] dimensions, bool keepdim = false) => Call("aten::mean", "dim", this, dimensions, keepdim);

        public Tensor max() => Call("aten::max", string.Empty, this);

        public Tensor min() => Call("aten::min", string.Empty, this);

        public Tensor argmax() => Call("aten::argmax", string.Empty, this);

        public Tensor argmax(long dim, bool keepdim = false) => Call("aten::argmax", string.Empty, this, dim, keepdim);

        public Tensor matmul(Tensor target) => Call("aten::matmul", string.Empty, this, target);

        public Tensor mm(Tensor target) => Call("aten::mm", string.Empty, this, target);

        public Tensor eq(Tensor target) => Call("aten::eq", "Tensor", this, target);

        public Tensor eq(Scalar target) => Call("aten::eq", "Scalar", this, target);

        public bool allclose(Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false) =>
            CallBoolean("aten::allclose", string.Empty, this, target, rtol, atol, equal_nan);
    }
}
