namespace Cluster.Evaluation.Nodes.Data;

/// <summary>Finds on this node what a job names by digest.</summary>
internal sealed class JobFiles(NodeFolders folders)
{
    private readonly FolderArtefactStore _artefacts = new(folders.Artefacts);

    /// <summary>The files; they exist, but their content is not checked. They stay until the result is disposed of.</summary>
    /// <param name="inputs">The job's files.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <param name="judge">Scores predictions; null where nothing is measured.</param>
    /// <exception cref="NodeUnfitException">One of the files is not visible on this node.</exception>
    /// <exception cref="JobException">Something cannot be accepted.</exception>
    public async Task<LocatedFiles> LocateAsync(JobInputs inputs, CancellationToken cancellation, IPredictionJudge? judge = null)
    {
        var unpacked = new List<CachedFolder>();
        try
        {
            var access = await AccessAsync(inputs, unpacked, cancellation) with { Judge = judge };
            var here = inputs with
            {
                Model = Stored(inputs.Model, "model"),
                Preprocess = inputs.Preprocess is { } text ? Preprocess(text) : null,
                Deployed = inputs.Deployed?.At(file => Stored(file, "file of the deployed winner")),
            };
            return new LocatedFiles(here, access, unpacked);
        }
        catch
        {
            unpacked.ForEach(folder => folder.Dispose());
            throw;
        }
    }

    private async Task<JobAccess> AccessAsync(JobInputs inputs, List<CachedFolder> unpacked, CancellationToken cancellation)
    {
        var calibration = await AccessAsync(inputs.Calibration!, "calibration");
        return new JobAccess(
            calibration,
            inputs.Evaluation is { } evaluation ? await AccessAsync(evaluation, "evaluation") : calibration,
            inputs.Test is { } test ? await AccessAsync(test, "test") : calibration,
            inputs.Training is { } training ? await AccessAsync(training, "training") : calibration);

        Task<DataAccess> AccessAsync(DataLocation location, string role) => this.AccessAsync(location, role, unpacked, cancellation);
    }

    private string Stored(string sha256, string what)
    {
        if (!StoredArtefact.IsDigest(sha256))
        {
            throw new JobException($"The {what} must be the SHA-256 of an artefact, not '{sha256}': upload it.");
        }

        string path = _artefacts.PathOf(sha256);
        return File.Exists(path) ? path : throw new NodeUnfitException(
            $"There is no {what} artefacts/{sha256} on {Environment.MachineName}: upload it, or give the nodes one store.");
    }

    // Paths in a tar stay as written and are read relative to its folder, so that errors name them the same way.
    private async Task<DataAccess> AccessAsync(
        DataLocation location, string role, List<CachedFolder> unpacked, CancellationToken cancellation)
    {
        var spec = DataSource.Parse(location.Spec);
        if (location.Artefact is not { } sha256)
        {
            return new SharedData(folders.Shared).Of(spec, role);
        }

        var folder = await new UnpackedData(_artefacts, folders, TarLimits.Default).OpenAsync(sha256, cancellation);
        unpacked.Add(folder);
        string root = folder.Path;
        foreach (string path in spec.Parts.SelectMany(part => part.Paths))
        {
            RequireInside(root, path);
        }

        return DataAccess.Uploaded(root);
    }

    private static void RequireInside(string root, string relative)
    {
        string path = Path.GetFullPath(Path.Combine(root, relative));
        if (Path.IsPathRooted(relative) || !(path == root || path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
        {
            throw new JobException($"The data's path '{relative}' leads out of its tar: give paths relative to the tar's root.");
        }
    }

    // The file is named by its content, so each text is written once.
    private string Preprocess(string text)
    {
        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        string path = Path.Combine(folders.Preprocess, $"{digest}.json");
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(folders.Preprocess);
            AtomicFile.WriteAmongOthers(path, Encoding.UTF8.GetBytes(text));
        }

        return path;
    }
}

/// <summary>A job's files on this node. Unpacked ones stay until this is disposed of.</summary>
/// <param name="inputs">The files, with paths of this node.</param>
/// <param name="access">Where the data may lie.</param>
/// <param name="unpacked">Keeps the unpacked folders.</param>
internal sealed class LocatedFiles(JobInputs inputs, JobAccess access, IReadOnlyList<CachedFolder> unpacked) : IDisposable
{
    public JobInputs Inputs => inputs;

    public JobAccess Access => access;

    public void Dispose()
    {
        foreach (var folder in unpacked)
        {
            folder.Dispose();
        }
    }
}
