using static TorchSharp.PInvoke.Operators;

namespace TorchSharp;

public static partial class torch
{
    public static class nn
    {
        public static class functional
        {
            /// <summary>
            /// Mean over the batch; <paramref name="input"/> (N, C) are logits, <paramref name="target"/> (N) class
            /// numbers.
            /// </summary>
            public static Tensor cross_entropy(Tensor input, Tensor target) =>
                Call("aten::cross_entropy_loss", string.Empty, input, target);
        }
    }
}
