namespace Cluster.Learning.FineTuning.Loading;

/// <summary>One batch, ready for training.</summary>
/// <param name="Pixels">Preprocessed, (Count, C, H, W) row-major.</param>
/// <param name="Labels">One an image.</param>
internal sealed record TrainingBatch(float[] Pixels, long[] Labels)
{
    public int Count => Labels.Length;
}
