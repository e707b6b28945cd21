namespace Cluster.Kernels.Data;

/// <summary>Where one image's planar pixels are; many images share one block, so that a view costs no copy.</summary>
/// <param name="Label">Class index; <see cref="Unlabelled"/> if there is none.</param>
internal readonly record struct ImageRef(SpillBlock Block, int Offset, int Label)
{
    public const int Unlabelled = -1;
}
