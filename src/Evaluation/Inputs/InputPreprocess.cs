using Cluster.Kernels;
using Cluster.Kernels.Data;

namespace Cluster.Evaluation.Inputs;

/// <summary>The preprocessing of a work's images; arrays are given to the network as they are and have none.</summary>
internal static class InputPreprocess
{
    /// <param name="path">As it was typed; null: found beside the model.</param>
    /// <param name="specs">Of all data; null for roles without.</param>
    /// <returns>Null where no data are images.</returns>
    /// <exception cref="KernelException">There is none where some data are images, or one is named where none are.</exception>
    public static Preprocess? Load(string model, string? path, params string?[] specs)
    {
        if (specs.OfType<string>().Any(spec => !DataSource.Parse(spec).IsArrays))
        {
            return Preprocess.LoadFor(model, path);
        }

        return path is null ? null : throw new KernelException(
            $"The preprocessing file '{path}' is named, but npz: and npy: arrays are given to the network as they are; leave it out.");
    }
}
