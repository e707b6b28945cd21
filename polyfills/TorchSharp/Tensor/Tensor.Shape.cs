using static TorchSharp.PInvoke.Operators;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor clone() => Call("aten::clone", string.Empty, this);

        public Tensor detach() => Call("aten::detach", string.Empty, this);

        public Tensor contiguous() => Call("aten::contiguous", string.Empty, this);

        public Tensor copy_(Tensor source, bool nonBlocking = false) => Call("aten::copy_", string.Empty, this, source, nonBlocking);

        public Tensor fill_(Scalar value) => Call("aten::fill_", "Scalar", this, value);

        public Tensor zero_() => Call("aten::zero_", string.Empty, this);

        public Tensor reshape(params long[] shape) => Call("aten::reshape", string.Empty, this, shape);

        public Tensor view(params long[] shape) => Call("aten::view", string.Empty, this, shape);

        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Call("aten::flatten", "using_ints", this, start_dim, end_dim);

        public Tensor permute(params long[] permutation) => Call("aten::permute", string.Empty, this, permutation);

        public Tensor transpose(long dim0, long dim1) => Call("aten::transpose", "int", this, dim0, dim1);

        public Tensor t() => Call("aten::t", string.Empty, this);

        public Tensor squeeze(long? dim = null) => dim is null ? Call("aten::squeeze", string.Empty, this) : Call("aten::squeeze", "dim", this, dim.Value);

        public Tensor unsqueeze(long dim) => Call("aten::unsqueeze", string.Empty, this, dim);

        public Tensor narrow(long dim, long start, long length) => Call("aten::narrow", string.Empty, this, dim, start, length);

        public Tensor index_select(long dim, Tensor index) => Call("aten::index_select", string.Empty, this, dim, index);

        public Tensor to_type(ScalarType type, bool copy = false) => Call("aten::to", "dtype", this, (long)type, false, copy);

        public Tensor to(ScalarType type) => to_type(type);

        public Tensor to(Device device) => device.type == DeviceType.CPU ? cpu() : cuda(device);

        public Tensor cpu() => To(CPU);

        public Tensor cuda(Device? device = null) => To(device ?? CUDA);

        private Tensor To(Device device) => Move(this, device);
    }
}
