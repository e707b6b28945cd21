using TorchSharp.PInvoke;

namespace TorchSharp;

public static partial class torch
{
    public static class autograd
    {
        /// <summary>Gradients of the outputs' sum with respect to each input. The graph is freed.</summary>
        /// <param name="grad_outputs">Factors of the outputs' elements, of the outputs' shapes; without them each
        /// output is a scalar.</param>
        public static unsafe IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null)
        {
            nint[] results = new nint[inputs.Count];
            nint[] factors = Handles(grad_outputs ?? []);
            fixed (nint* from = Handles(outputs), to = Handles(inputs), seen = factors, target = results)
            {
                NativeMethods.Check(NativeMethods.ck_grad(from, outputs.Count, to, inputs.Count, seen, factors.Length, 0, 0, 0, target));
            }

            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return Array.ConvertAll(results, Tensor.UnsafeCreateTensor);
        }

        private static nint[] Handles(IList<Tensor> tensors) => [.. tensors.Select(tensor => tensor.Handle)];
    }
}
