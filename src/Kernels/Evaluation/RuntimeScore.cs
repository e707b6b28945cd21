namespace Cluster.Kernels.Evaluation;

/// <summary>What a runtime answered over an evaluation set.</summary>
/// <param name="CorrectBits">Bit i (of byte i / 8, least significant first) is set where image i was classified correctly.</param>
/// <param name="Kl">Mean KL(FP32 || this) of the softmax, nats; 0 where no reference was given.</param>
/// <param name="Agree">Images with the reference's top-1 class.</param>
public sealed record RuntimeScore(int Correct, int Total, byte[] CorrectBits, double Kl, int Agree);
