using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api;

/// <summary>Accepts jobs.</summary>
internal sealed class JobCreation(
    IGrainFactory grains,
    IJobStore store,
    IArtefactStore artefacts,
    ArtefactAccess access,
    TenantQuotas quotas,
    ClusterNodes nodes,
    ApiOptions api,
    TimeProvider time)
{
    private const int LongestDisplayName = 100;
    private const int IdDigits = 12;

    private readonly StreamLimit _checks = new(api.MaxChecks, "validations");

    /// <summary>
    /// Checks the request and its files, stores nothing, and returns the expected cost. A request with an id is refused as under way
    /// after a while, to be sent again; one without waits as long as needed.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="tenant">The caller's tenant.</param>
    /// <param name="share">See <see cref="CallerTenant.ShareOf"/>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<(JobEntry Entry, PreparedResult Prepared)> ValidateAsync(
        V1.CreateJobRequest request, string tenant, string share, CancellationToken cancellationToken)
    {
        using var place = _checks.Enter(share);
        var accepted = Accept(request, tenant);
        await RequireUploadedAsync(accepted.Inputs, tenant, cancellationToken);
        await quotas.RequireSmallAsync(accepted.Inputs.Model, cancellationToken);
        accepted = accepted.RequestId is null ? accepted : accepted with { Id = CheckOf(accepted) };
        var result = await nodes.CheckAsync(accepted, accepted.RequestId is null ? null : api.PreparationWait, cancellationToken)
            ?? throw ApiError.Later(
                StatusCode.Unavailable,
                Reason.CheckUnderWay,
                "The files of the job are being checked, or wait for a free slot to be checked on: ask again with the same request id.",
                TimeSpan.Zero);
        var prepared = result as PreparedResult ?? throw Refused((RefusedResult)result);
        return (accepted with { Spec = prepared.Spec, Space = prepared.Space, Status = JobStatus.Queued }, prepared);
    }

    /// <summary>
    /// Stores the job and starts preparing it, or finds the one that an earlier call with the same request id stored. A job whose files are
    /// quickly found invalid is refused and not stored; one that takes longer is returned in its current state.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="tenant">The caller's tenant.</param>
    /// <param name="traceParent">The caller's trace, if this server has none.</param>
    /// <param name="cancellationToken">Stops waiting, not the job.</param>
    public async Task<JobEntry> CreateAsync(
        V1.CreateJobRequest request, string tenant, string? traceParent, CancellationToken cancellationToken)
    {
        var accepted = Accept(request, tenant);
        accepted = accepted with { TraceParent = accepted.TraceParent ?? traceParent };
        var stored = await FindAsync(accepted, cancellationToken);
        if (stored is null)
        {
            await RequireUploadedAsync(accepted.Inputs, tenant, cancellationToken);
            await KeepAsync(accepted.Inputs, tenant, cancellationToken);
            await quotas.RequireSmallAsync(accepted.Inputs.Model, cancellationToken);
            await using var alone = await quotas.LockAsync(cancellationToken);
            stored = await FindAsync(accepted, cancellationToken) ?? await StoreAsync(accepted, tenant, cancellationToken);
        }

        RequireSameRequest(stored, accepted);
        if (stored.Status == JobStatus.Preparing)
        {
            await AwaitPreparationAsync(stored.Id, cancellationToken);
        }

        return stored;
    }

    private async Task<JobEntry> StoreAsync(JobEntry accepted, string tenant, CancellationToken cancellationToken)
    {
        await quotas.RequirePlaceAsync(tenant, cancellationToken);
        await quotas.RequireTurnAsync(tenant, cancellationToken);
        var created = await grains.GetGrain<IJobCatalogGrain>(0).CreateAsync(Carried.Of(accepted)).WaitAsync(cancellationToken);
        return created.Value<JobEntry>();
    }

    private JobEntry Accept(V1.CreateJobRequest request, string tenant)
    {
        RequireWellFormed(request);
        var (inputs, options) = JobSpecMapping.Read(request.Spec);
        var (spec, space) = JobEntry.Unprepared(inputs, options);
        return new JobEntry
        {
            Id = JobId(RandomNumberGenerator.GetHexString(IdDigits, lowercase: true)),
            RequestId = request.RequestId.Length == 0 ? null : RequestOf(request.RequestId, tenant),
            RequestDigest = request.RequestId.Length == 0 ? null : Digest(request),
            Tenant = TenantName.Stored(tenant),
            DisplayName = request.DisplayName,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds()),
            Spec = spec,
            Space = space,
            Inputs = inputs,
            Status = JobStatus.Preparing,
            TraceParent = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null,
        };
    }

    private static string JobId(string digits) => $"j-{digits}";

    // The same for the same request.
    private static string CheckOf(JobEntry accepted) => JobId(Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{accepted.Tenant}/{accepted.RequestId}/{accepted.RequestDigest}")))[..IdDigits]);

    private async Task<JobEntry?> FindAsync(JobEntry accepted, CancellationToken cancellationToken) =>
        accepted.RequestId is { } request ? await store.FindRequestAsync(request, cancellationToken) : null;

    private static void RequireSameRequest(JobEntry stored, JobEntry accepted)
    {
        if (!string.Equals(stored.RequestDigest, accepted.RequestDigest, StringComparison.Ordinal))
        {
            throw ApiError.Field(
                Reason.RequestIdReused,
                "request_id",
                $"The request id came before with another request, whose job is {Names.Job(stored.Id)}: draw a new one for each job.");
        }
    }

    // Small jobs are checked within a second, and callers want to know mistakes at once.
    private async Task AwaitPreparationAsync(string id, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        PreparationReply reply;
        do
        {
            reply = await grains.GetGrain<IJobGrain>(id).PreparedAsync(api.PreparationWait, cancellationToken);
            var refused = reply switch
            {
                { Refusal: { } refusal } => Refused(refusal.Value<RefusedResult>()),
                { IsDiskFull: true, Problem: { } problem } => ApiError.Later(
                    StatusCode.ResourceExhausted, Reason.StoreFull, problem, TimeSpan.FromMinutes(1)),
                _ => null,
            };
            if (refused is not null)
            {
                await grains.GetGrain<IJobCatalogGrain>(0).DeleteAsync(id).WaitAsync(cancellationToken);
                throw refused;
            }
        }
        while (!reply.IsOver && reply.Problem is null && time.GetElapsedTime(began) < api.PreparationWait);
    }

    private static RpcException Refused(RefusedResult refusal)
    {
        var reason = refusal.Fault switch
        {
            JobFault.Model => Reason.ModelInvalid,
            JobFault.Content => Reason.DataInvalid,
            JobFault.Missing => Reason.DataMissing,
            _ => Reason.SpecInvalid,
        };
        return ApiError.Field(reason, refusal.Field.Length == 0 ? "spec" : $"spec.{refusal.Field}", refusal.Message);
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
                $"The request id must be a UUID, not \"{Names.Short(request.RequestId)}\": draw one, or leave it out.");
        }
    }

    // Equal requests serialize to equal bytes: fields are written in order of their numbers, and there are no maps.
    private static string Digest(V1.CreateJobRequest request)
    {
        var copy = request.Clone();
        copy.RequestId = string.Empty;
        return Convert.ToHexStringLower(SHA256.HashData(copy.ToByteArray()));
    }

    // Two tenants may draw the same id, or one may guess another's: each tenant has its own namespace.
    private static string RequestOf(string drawn, string tenant) => tenant == TenantName.Default
        ? drawn
        : new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{tenant}/{drawn}")).AsSpan(0, 16)).ToString("D");

    private async Task RequireUploadedAsync(JobInputs inputs, string tenant, CancellationToken cancellationToken)
    {
        (string Field, string? Sha256)[] named =
        [
            ("spec.model", inputs.Model),
            ("spec.calibration", inputs.Calibration?.Artefact),
            ("spec.evaluation", inputs.Evaluation?.Artefact),
            ("spec.test", inputs.Test?.Artefact),
            ("spec.training", inputs.Training?.Artefact),
        ];
        foreach (var (field, sha256) in named)
        {
            if (sha256 is not null
                && !(await artefacts.SizeAsync(sha256, cancellationToken) is not null
                    && await access.MayReadAsync(sha256, tenant, cancellationToken)))
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

    // Files are marked as new before the job names them, and then checked to exist: a running collection keeps them.
    private async Task KeepAsync(JobInputs inputs, string tenant, CancellationToken cancellationToken)
    {
        foreach (string sha256 in inputs.Artefacts())
        {
            await artefacts.TouchAsync(sha256, cancellationToken);
        }

        await RequireUploadedAsync(inputs, tenant, cancellationToken);
    }
}
