using Cluster.Contract.V1;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.DataSpecs.Models;
using Cluster.Plans;
using JobSpec = Cluster.Contract.V1.JobSpec;

namespace Cluster.Client.Commands;

/// <summary>Makes the spec of a job: finds every file first, then uploads.</summary>
internal sealed class JobSpecBuilder(Uploader uploader, string currentDirectory)
{
    private readonly DataPacker _packer = new(currentDirectory);

    /// <exception cref="NotFoundException">The model or the preprocessing file is missing.</exception>
    /// <exception cref="UsageException">A file is not valid.</exception>
    /// <exception cref="DataSpecs.DataSpecException">A data spec is invalid, or one of its files is missing or not
    /// understood.</exception>
    /// <exception cref="Remote.RemoteException">The server refused, failed or could not be reached.</exception>
    public async Task<JobSpec> BuildAsync(SubmitRequest request, CancellationToken cancellation)
    {
        var inputs = request.Inputs;
        string model = Path.GetFullPath(inputs.Model, currentDirectory);
        if (!File.Exists(model))
        {
            throw new NotFoundException($"there is no model file {inputs.Model}.");
        }

        string preprocess = ReadPreprocess(inputs, request.Options);
        (string Name, string? Spec)[] roles =
        [
            ("calibration data", inputs.Calibration?.Spec),
            ("evaluation data", inputs.Evaluation?.Spec),
            ("test data", inputs.Test?.Spec),
            ("training data", inputs.Training?.Spec)
        ];
        var packages = roles.Select(role => role.Spec is null || request.SharedPaths ? null : _packer.Pack(role.Spec)).ToArray();

        var spec = new JobSpec
        {
            Model = await uploader.UploadAsync(new ModelSource(model, Sendable(model)), cancellation),
            Preprocess = preprocess,
        };
        var sets = new DataSet?[roles.Length];
        for (int i = 0; i < roles.Length; i++)
        {
            sets[i] = packages[i] is { } package
                ? await UploadAsync(roles[i].Name, package, cancellation)
                : roles[i].Spec is { } text ? new DataSet { Spec = _packer.Absolute(text) } : null;
        }

        (spec.Calibration, spec.Evaluation, spec.Test, spec.Training) = (sets[0], sets[1], sets[2], sets[3]);
        JobOptionsMapping.Write(request.Options, spec);
        return spec;
    }

    /// <summary>One set of images, uploaded unless the nodes share its paths.</summary>
    /// <exception cref="DataSpecs.DataSpecException">The spec is invalid, or one of its files is missing or not understood.</exception>
    public async Task<DataSet> DataSetAsync(string role, string spec, bool isShared, CancellationToken cancellation) =>
        isShared ? new DataSet { Spec = _packer.Absolute(spec) } : await UploadAsync(role, _packer.Pack(spec), cancellation);

    private async Task<DataSet> UploadAsync(string role, DataPackage package, CancellationToken cancellation) => new()
    {
        Artefact = await uploader.UploadAsync(new TarSource(role, package), cancellation),
        Spec = package.Spec,
    };

    private static ModelFile Sendable(string path)
    {
        var file = ModelFile.Read(path);
        return file.Length <= Array.MaxLength ? file : throw new UsageException(
            $"the model {path} has {Figures.Bytes(file.Length)} with the data in its other files; a server takes at most "
            + $"{Figures.Bytes(Array.MaxLength)}: use './cluster run' or './cluster quantize' on this machine.");
    }

    private string ReadPreprocess(JobInputs inputs, JobOptions options)
    {
        DataLocation?[] sets = [inputs.Calibration, inputs.Evaluation, inputs.Test, inputs.Training];
        if (options.Channels is null && sets.OfType<DataLocation>().All(set => DataSpec.Parse(set.Spec).IsArrays))
        {
            return inputs.Preprocess is { } named
                ? throw new UsageException(
                    $"the preprocessing file {named} is named, but npz: and npy: arrays are given to the network as they are; leave it "
                    + "out.")
                : string.Empty;
        }

        string path = Path.GetFullPath(inputs.Preprocess ?? PreprocessPlace.Beside(inputs.Model), currentDirectory);
        if (!File.Exists(path))
        {
            throw new NotFoundException(
                $"there is no preprocessing file {path}; write one, see docs/guide/data.md, or name one with --preprocess.");
        }

        string json = File.ReadAllText(path);
        try
        {
            using var document = JsonDocument.Parse(json);
            return json;
        }
        catch (JsonException failure)
        {
            throw new JobException($"the preprocessing file {path} is not JSON ({failure.Message.TrimEnd('.')}).");
        }
    }
}
