using TorchSharp.PInvoke;
using static TorchSharp.PInvoke.Operators;

namespace TorchSharp;

public static partial class torch
{
    public static Tensor zeros(params long[] size) => Call("aten::zeros", string.Empty, size);

    public static Tensor zeros_like(Tensor input) => Call("aten::zeros_like", string.Empty, input);

    public static Tensor ones(params long[] size) => Call("aten::ones", string.Empty, size);

    /// <summary>A copy of the array, one dimension.</summary>
    public static unsafe Tensor tensor(float[] rawArray)
    {
        nint handle;
        long length = rawArray.LongLength;
        fixed (float* data = rawArray)
        {
            NativeMethods.Check(
                NativeMethods.ck_tensor_from_memory(data, length * sizeof(float), &length, 1, (int)ScalarType.Float32, &handle));
        }

        return new Tensor(handle);
    }
}
