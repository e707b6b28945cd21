using static TorchSharp.torch;

namespace Cluster.Learning.Optimizers;

/// <summary>One tensor that training changes.</summary>
/// <param name="Name">Unique within a training; names the tensor in checkpoints.</param>
/// <param name="Decays">Whether weight decay applies: to weights, not to biases and quantization scales.</param>
/// <param name="RateFactor">Its learning rate as a multiple of the training's.</param>
/// <param name="IsRange">Whether it is a quantizer's scale, which may be frozen before the end.</param>
internal sealed record TrainedParameter(string Name, Tensor Value, bool Decays, double RateFactor = 1, bool IsRange = false);
