using System.Diagnostics;
using System.Security.Cryptography;
using Cluster.Coordinator;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Ports;
using Cluster.Evaluation.Failures;
using Cluster.Evaluation.Nodes;
using Cluster.Grains.Contracts;
using Cluster.Silo.Api.Mapping;
using Cluster.Silo.Workers;
using Google.Protobuf;
using Grpc.Core;
using Orleans;
using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api;

/// <summary>Accepts jobs.</summary>
internal sealed class JobCreation(
    IGrainFactory grains,
    IJobStore store,
    IArtefactStore artefacts,
    IJobPreparer preparer,
    ApiOptions api,
    RandomNumberGenerator random,
    TimeProvider time)
{
    private const int LongestDisplayName = 100;
    private const int IdBytes = 6;

    private static readonly JobStatus[] NotOver = [.. Enum.GetValues<JobStatus>().Where(status => !status.HasEnded())];

    /// <summary>Checks the request without looking for an earlier one, and says what it would cost.</summary>
    public async Task<(JobEntry Entry, PreparedJob Prepared)> PrepareAsync(V1.CreateJobRequest request, CancellationToken cancellationToken)
    {
        RequireWellFormed(request);
        var (inputs, options) = JobSpecMapping.Read(request.Spec);
        RequireUploaded(inputs);
        var prepared = await PrepareAsync(inputs, options, cancellationToken);
        var entry = new JobEntry
        {
            Id = NewId(),
            RequestId = request.RequestId.Length == 0 ? null : request.RequestId,
            RequestDigest = request.RequestId.Length == 0 ? null : Digest(request),
            DisplayName = request.DisplayName,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds()),
            Spec = prepared.Spec,
            Space = prepared.Space,
            Inputs = inputs,
            TraceParent = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null,
        };
        return (entry, prepared);
    }

    /// <summary>
    /// Stores the job and begins it, or finds the one that an earlier call with the same request id stored.
    /// </summary>
    public async Task<JobEntry> CreateAsync(JobEntry entry, CancellationToken cancellationToken)
    {
        await RequireRoomAsync(entry, cancellationToken);
        var stored = (await grains.GetGrain<IJobCatalogGrain>(0).CreateAsync(Carried.Of(entry)).WaitAsync(cancellationToken)).Value();
        if (!string.Equals(stored.RequestDigest, entry.RequestDigest, StringComparison.Ordinal))
        {
            throw ApiError.Field(
                Reason.RequestIdReused,
                "request_id",
                $"The request id came before with another request, whose job is {Names.Job(stored.Id)}: draw a new one for each job.");
        }

        return stored;
    }

    private static void RequireWellFormed(V1.CreateJobRequest request)
    {
        if (request.DisplayName.Length > LongestDisplayName)
        {
            throw ApiError.Field(
                Reason.SpecInvalid,
                "display_name",
                $"The display name has {request.DisplayName.Length} characters where at most {LongestDisplayName} are "
                + "expected: shorten it.");
        }

        if (request.RequestId.Length > 0 && !Guid.TryParseExact(request.RequestId, "D", out _))
        {
            throw ApiError.Field(
                Reason.SpecInvalid,
                "request_id",
                $"The request id is \"{Names.Short(request.RequestId)}\" where a UUID is expected: draw one, or leave it out.");
        }
    }

    // Equal requests serialize to equal bytes: fields are written in order of their numbers, and there are no maps.
    private static string Digest(V1.CreateJobRequest request)
    {
        var copy = request.Clone();
        copy.RequestId = string.Empty;
        return Convert.ToHexStringLower(SHA256.HashData(copy.ToByteArray()));
    }

    private void RequireUploaded(JobInputs inputs)
    {
        (string Field, string? Sha256)[] named =
        [
            ("spec.model", inputs.Model),
            ("spec.calibration", inputs.Calibration.Artefact),
            ("spec.evaluation", inputs.Evaluation?.Artefact),
            ("spec.test", inputs.Test?.Artefact),
            ("spec.training", inputs.Training?.Artefact),
        ];
        foreach (var (field, sha256) in named)
        {
            if (sha256 is not null && !artefacts.Contains(sha256))
            {
                throw ApiError.Of(
                    StatusCode.FailedPrecondition,
                    Reason.ArtefactMissing,
                    $"The field {field} names {Names.Artefact(sha256)}, which does not exist: upload it first.",
                    ("field", field),
                    ("artefact", Names.Artefact(sha256)));
            }
        }
    }

    private async Task<PreparedJob> PrepareAsync(JobInputs inputs, JobOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await preparer.PrepareAsync(inputs, options, cancellationToken);
        }
        catch (PreparationException fault)
        {
            var reason = fault.Fault switch
            {
                PreparationFault.Model => Reason.ModelInvalid,
                PreparationFault.Operator => Reason.OperatorUnsupported,
                _ => Reason.SpecInvalid,
            };
            throw ApiError.Field(reason, fault.SpecField.Length == 0 ? "spec" : $"spec.{fault.SpecField}", fault.Message);
        }
        catch (JobException fault)
        {
            throw ApiError.Field(Reason.SpecInvalid, "spec", fault.Message);
        }
        catch (Exception fault) when (Refusals.IsRefusal(fault))
        {
            throw ApiError.Field(Reason.ModelInvalid, "spec.model", fault.Message);
        }
    }

    private async Task RequireRoomAsync(JobEntry entry, CancellationToken cancellationToken)
    {
        var open = await store.ListAsync(new JobQuery(api.MaxJobs, NotOver), cancellationToken);
        var isRepeated = entry.RequestId is not null
            && open.Any(job => string.Equals(job.RequestId, entry.RequestId, StringComparison.Ordinal));
        if (open.Count >= api.MaxJobs && !isRepeated)
        {
            throw ApiError.Of(
                StatusCode.ResourceExhausted,
                Reason.TooManyJobs,
                $"There are {open.Count} jobs that are not over, as many as are taken: wait for one to end, or cancel one.",
                ("limit", $"{api.MaxJobs}"));
        }
    }

    private string NewId()
    {
        var bytes = new byte[IdBytes];
        random.GetBytes(bytes);
        return $"j-{Convert.ToHexStringLower(bytes)}";
    }
}
