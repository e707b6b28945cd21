using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// Autograd by this library's own bridge. TorchSharp's setter of <c>requires_grad</c>, which <c>nn.Parameter</c> calls
/// too, keeps a native handle for good in some versions (0.99.6): the tensor's memory is never given back and no count
/// of tensors shows it. Its <c>autograd.grad</c> lets errors of libtorch end the process.
/// </summary>
internal static unsafe class Autograd
{
    /// <summary>Has gradients recorded for a tensor that no operator made; returns the tensor itself.</summary>
    public static Tensor Record(Tensor leaf)
    {
        NativeKernels.Check(NativeMethods.ck_tensor_set_requires_grad(leaf.Handle, 1));
        GC.KeepAlive(leaf);
        return leaf;
    }

    /// <summary>
    /// Gradients of the outputs' sum, each a scalar, with respect to every input; the caller, or the dispose scope,
    /// owns them. The graph is freed.
    /// </summary>
    public static Tensor[] Gradients(Tensor[] outputs, Tensor[] inputs)
    {
        nint[] results = new nint[inputs.Length];
        fixed (nint* from = Handles(outputs), to = Handles(inputs), target = results)
        {
            NativeKernels.Check(NativeMethods.ck_grad(from, outputs.Length, to, inputs.Length, null, 0, 0, 0, 0, target));
        }

        GC.KeepAlive(outputs);
        GC.KeepAlive(inputs);
        return Array.ConvertAll(results, Tensor.UnsafeCreateTensor);
    }

    private static nint[] Handles(Tensor[] tensors) => Array.ConvertAll(tensors, tensor => tensor.Handle);
}
