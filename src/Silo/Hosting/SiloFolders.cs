using Cluster.DataSpecs;

namespace Cluster.Silo.Hosting;

/// <summary>The files of a silo.</summary>
internal sealed class SiloFolders(SiloOptions options)
{
    public string Root { get; } = Path.GetFullPath(options.DataFolder);

    public string Artefacts =>
        options is { Artefacts: { } shared, Bucket: null } ? Path.GetFullPath(shared) : Path.Combine(Root, "artefacts");

    /// <summary>The data folder if every user of the machine may read it and this one could change that, or null.</summary>
    public string? OpenRoot =>
        new DirectoryInfo(Root).UnixFileMode.HasFlag(UnixFileMode.OtherRead) && LinuxProcess.Owns(Root) ? Root : null;

    public string PageTokenKey => Path.Combine(Root, "page-token.key");

    public NodeFolders Node => new(Artefacts, Path.Combine(Root, "cache"))
    {
        Shared = [.. options.SharedData.Select(Path.GetFullPath)],
        UnpackedBytes = options.UnpackedBytes,
        CalibrationBytes = options.CalibrationBytes,
    };

    /// <summary>Creates the data folder, for its user only: models and data are private. An existing folder stays unchanged.</summary>
    /// <exception cref="JobException">It cannot be created.</exception>
    public void MakeRoot()
    {
        try
        {
#pragma warning disable CA1416 // The program is for Linux only.
            Directory.CreateDirectory(Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
#pragma warning restore CA1416
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new JobException($"The data folder '{Root}' cannot be made ({failure.Message}): name another with --data-dir.", failure);
        }
    }

    /// <summary>Adds metrics for the free space of the folders that the silo writes to.</summary>
    public void Show(SiloMetrics metrics)
    {
        metrics.AddFolder("data", Root);
        metrics.AddFolder("artefacts", Artefacts);
        if (options.EvaluationCache is { } results)
        {
            metrics.AddFolder("results", Path.GetFullPath(results));
        }
    }

    /// <exception cref="JobException">A shared folder does not exist, or contains the silo's own files.</exception>
    public void RequireShareable()
    {
        foreach (string folder in options.SharedData)
        {
            if (!Directory.Exists(folder))
            {
                throw new JobException($"--shared-data is '{folder}', which is not a folder: name one that is there.")
                {
                    FailsOn = JobFault.Missing,
                };
            }

            var access = DataAccess.Shared([Path.GetFullPath(folder)]);
            string?[] ours =
            [
                Root, Artefacts, options.TokenFile, options.TokensFile, options.EvaluationCache, options.Encryption.Identity?.Key.Path,
            ];
            if (ours.OfType<string>().FirstOrDefault(own => access.Allows(Path.GetFullPath(own))) is { } held)
            {
                throw new JobException(
                    $"--shared-data is '{folder}', which holds '{held}' of the silo itself: name a folder of data alone.");
            }
        }
    }
}
