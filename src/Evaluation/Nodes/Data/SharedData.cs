namespace Cluster.Evaluation.Nodes.Data;

/// <summary>
/// Data of this machine that callers may name by path: everything below the folders that its operator shares.
/// </summary>
internal sealed class SharedData(IReadOnlyList<string> folders)
{
    /// <summary>The access to a spec's paths, after checking each of them.</summary>
    /// <param name="spec">As written by the caller.</param>
    /// <param name="role">The field of the job's spec, such as "calibration".</param>
    /// <exception cref="PathNotSharedException">A path is outside those folders.</exception>
    /// <exception cref="PreparationException">A path is relative.</exception>
    public DataAccess Of(DataSpec spec, string role)
    {
        var access = DataAccess.Shared(folders);
        foreach (string path in spec.Parts.SelectMany(part => part.Paths))
        {
            if (!Path.IsPathFullyQualified(path))
            {
                throw new PreparationException(
                    JobFault.Request,
                    $"{role}.spec",
                    $"The data's path '{path}' is relative where no tar is given: upload the data, or give its whole path.");
            }

            if (!access.Allows(Path.GetFullPath(path)))
            {
                string found = folders.Count == 0
                    ? "and the server shares none of its folders"
                    : "which is not below a folder that the server shares";
                throw new PathNotSharedException(
                    role,
                    $"The data names the path '{path}' of the server, {found}: upload the data, or ask the server's operator to "
                    + "name its folder with --shared-data.");
            }
        }

        return access;
    }
}

/// <summary>A caller names a path of this machine that its operator does not share.</summary>
/// <param name="role">The set that names it, such as "calibration".</param>
/// <param name="message">A sentence: what was found, what was expected, what to do.</param>
internal sealed class PathNotSharedException(
    string role,
    string message) : PreparationException(JobFault.Request, $"{role}.spec", message);
