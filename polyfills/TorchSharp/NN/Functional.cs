using static TorchSharp.PInvoke.Operators;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static class functional
        {
            public static Tensor relu(Tensor x) => Call("aten::relu", string.Empty, x);

            public static Tensor log_softmax(Tensor x, long dim) => Call("aten::log_softmax", "int", x, dim);

            public static Tensor softmax(Tensor input, long dim) => Call("aten::softmax", "int", input, dim);

            /// <summary>Mean over the batch; <paramref name="input"/> (N, C) are logits, <paramref name="target"/> (N) class numbers.</summary>
            public static Tensor cross_entropy(Tensor input, Tensor target) => Call("aten::cross_entropy_loss", string.Empty, input, target);

            /// <summary>Mean of the squared differences.</summary>
            public static Tensor mse_loss(Tensor input, Tensor target) => Call("aten::mse_loss", string.Empty, input, target);
        }
    }
}
