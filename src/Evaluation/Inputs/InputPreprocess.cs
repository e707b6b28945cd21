namespace Cluster.Evaluation.Inputs;

/// <summary>
/// The preprocessing of a task's images; arrays go to the network unchanged and have none, unless it is to be turned back into pixels.
/// </summary>
internal static class InputPreprocess
{
    /// <param name="path">As typed; null: searched for next to the model.</param>
    /// <param name="given">Says the size of pictures, if it is said.</param>
    /// <param name="specs">Specs of all data; null for unused roles.</param>
    /// <returns>Null if no data are images.</returns>
    /// <exception cref="KernelException">It is missing although some data are images.</exception>
    /// <exception cref="JobException">It is named although none are.</exception>
    public static Preprocess? Load(string model, string? path, GivenInputs given, params string?[] specs)
    {
        var parsed = specs.OfType<string>().Select(DataSource.Parse).ToArray();
        if (given.IsPixels || parsed.Any(spec => !spec.IsArrays))
        {
            var preprocess = Preprocess.LoadFor(model, path);
            return parsed.Any(spec => spec.Parts.Any(part => part.Format is DataFormat.Folder or DataFormat.ImageFolder))
                ? given.Resized(preprocess)
                : preprocess;
        }

        return path is null ? null : throw new JobException(
            $"The preprocessing file '{path}' is named, but npz: and npy: arrays are given to the network as they are; leave it out.")
        {
            FailsOn = JobFault.Request,
        };
    }
}
