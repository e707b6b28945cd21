namespace Cluster.Storage.Files;

/// <summary>Plans on the disk.</summary>
public static class PlanFiles
{
    /// <summary>Reads a plan file.</summary>
    /// <exception cref="JobException">The file does not exist, or is not a plan of this version.</exception>
    public static PlanFile Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new JobException($"There is no plan file {path}: give the path of a winner.plan.json.");
        }

        return PlanFile.Parse(File.ReadAllText(path), path);
    }
}
