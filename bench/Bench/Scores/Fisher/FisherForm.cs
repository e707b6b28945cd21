namespace Cluster.Bench.Scores.Fisher;

/// <summary>How one gradient an image estimates ½ δᵀFδ, with F the Fisher information of the network's output.</summary>
public enum FisherForm
{
    /// <summary>
    /// ½ (gᵀδ)², g of the output along L r: F = LLᵀ and r are random signs. Its mean is ½ δᵀFδ whatever the output, and its spread is
    /// bounded however sure the network is of its answer.
    /// </summary>
    Signs,

    /// <summary>
    /// ½ (gᵀδ)², g of the log-likelihood of a label that is drawn from the network's own softmax (the true Fisher): the same mean, which
    /// a network that is sure of its answer seldom shows.
    /// </summary>
    Labels,

    /// <summary>½ Σ g²δ², the diagonal alone, as BRECQ's loss has it: errors of one group are taken to be independent.</summary>
    Diagonal,
}
