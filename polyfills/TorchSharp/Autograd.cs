using TorchSharp.PInvoke;

namespace TorchSharp;

public static partial class torch
{
    public static class autograd
    {
        /// <summary>Gradients of the outputs' sum with respect to each input; null for an input that <paramref name="allow_unused"/> let be unused.</summary>
        public static unsafe IList<Tensor> grad(
            IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            nint[] results = new nint[inputs.Count];
            fixed (nint* first = Handles(outputs), second = Handles(inputs), third = Handles(grad_outputs), target = results)
            {
                NativeMethods.Check(NativeMethods.ck_grad(
                    first, outputs.Count, second, inputs.Count, third, grad_outputs?.Count ?? 0, retain_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, target));
            }

            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return [.. results.Select(handle => handle == 0 ? null! : Tensor.UnsafeCreateTensor(handle))];
        }

        /// <summary>Adds gradients to the leaves' <c>grad</c>.</summary>
        public static unsafe void backward(
            IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null)
        {
            fixed (nint* first = Handles(tensors), second = Handles(grad_tensors), third = Handles(inputs))
            {
                NativeMethods.Check(NativeMethods.ck_backward(
                    first, tensors.Count, second, grad_tensors?.Count ?? 0, (retain_graph ?? create_graph) ? 1 : 0, create_graph ? 1 : 0, third, inputs?.Count ?? 0));
            }

            GC.KeepAlive(tensors);
            GC.KeepAlive(grad_tensors);
            GC.KeepAlive(inputs);
        }

        private static nint[] Handles(IList<Tensor>? tensors) => tensors is null ? [] : [.. tensors.Select(tensor => tensor.Handle)];
    }
}
