using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>
/// How nodes of one float format compute on a device. A CUDA device computes in the format itself: cuDNN and cuBLAS add products up in FP32
/// and round the sums. The processor has no such kernels: it multiplies the rounded numbers in FP32 and rounds the result, which is the
/// same except for the order of additions. The emulated device does the same and stores what a device would.
/// </summary>
/// <param name="format">FP32, too, where nodes of 16 bits are around: it reads what they write.</param>
internal sealed class FloatArithmetic(NumberFormat format, ComputeDevice device)
{
    private readonly ScalarType _stored = TensorFactory.TypeOf(FloatRounding.StoredAs(format));

    /// <summary>Null if kernels can compute on their inputs directly.</summary>
    /// <param name="amongOthers">Whether other nodes of the program compute in 16 bits.</param>
    public static FloatArithmetic? For(NumberFormat format, bool amongOthers, ComputeDevice device) =>
        format != NumberFormat.Float32 || (amongOthers && !device.IsHost) ? new FloatArithmetic(format, device) : null;

    /// <summary>A constant as the kernel is handed it; the given handle is the result or disposed of.</summary>
    public static Tensor Constant(Tensor rounded, NumberFormat format, ComputeDevice device)
    {
        if (!format.IsHalf || !device.HasHalfKernels)
        {
            return rounded;
        }

        using (rounded)
        {
            return rounded.to(TensorFactory.TypeOf(FloatRounding.StoredAs(format)));
        }
    }

    /// <summary>Wraps the kernel so that it computes in this format.</summary>
    public NodeKernel Around(NodeKernel kernel) => inputs =>
    {
        var read = new Tensor[inputs.Length];
        try
        {
            for (int i = 0; i < read.Length; i++)
            {
                read[i] = Read(inputs[i]);
            }

            return Written(kernel(inputs.WithActivations(read)));
        }
        finally
        {
            read.DisposeAll();
        }
    };

    // Only nodes in 16 bits, or next to them, get here: float32 and integer inputs of FP32 nodes stay unchanged.
    private Tensor Read(Tensor input)
    {
        bool isFloat = input.dtype is ScalarType.Float16 or ScalarType.Float32;
        if (!isFloat)
        {
            return input.alias();
        }

        if (device.HasHalfKernels || format == NumberFormat.Float32)
        {
            return input.to(_stored);
        }

        using var real = input.to(ScalarType.Float32);
        return FloatRounding.Rounded(real, format);
    }

    private Tensor Written(Tensor result)
    {
        if (!format.IsHalf)
        {
            return result;
        }

        using (result)
        {
            return device.IsHost ? FloatRounding.Rounded(result, format) : result.to(_stored);
        }
    }

    /// <summary>Computes a node in TF32 on a CUDA device; the run holds a <see cref="Tf32Scope"/>.</summary>
    public static Tensor InTf32(NodeKernel kernel, NodeInputs inputs)
    {
        TorchSettings.AllowTf32(true);
        try
        {
            return kernel(inputs);
        }
        finally
        {
            TorchSettings.AllowTf32(false);
        }
    }
}
