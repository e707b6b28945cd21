namespace Cluster.Bench.Scores.Fisher;

/// <summary>How one gradient per image estimates ½ δᵀFδ, with F the Fisher information of the network's output.</summary>
public enum FisherForm
{
    /// <summary>
    /// ½ (gᵀδ)², g of the output along L r: F = LLᵀ and r are random signs. Its mean is ½ δᵀFδ for any output, and its spread is bounded
    /// however confident the network is.
    /// </summary>
    Signs,

    /// <summary>
    /// ½ (gᵀδ)², g of the log-likelihood of a label drawn from the network's own softmax (the true Fisher): the same mean, but a confident
    /// network seldom shows it.
    /// </summary>
    Labels,

    /// <summary>½ Σ g²δ², the diagonal only, as in BRECQ's loss: errors of one group are assumed independent.</summary>
    Diagonal,
}
