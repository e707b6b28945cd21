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
    private const int PageLength = 1000;

    private static readonly TimeSpan ShortestEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestEvery = TimeSpan.FromDays(60);

    private readonly StreamLimit _checks = new(api.MaxChecks, "validations");

    /// <summary>
    /// Checks the request and its files, stores nothing, and returns the expected cost. A request with an id is refused as under way
    /// after a while, to be sent again; one without waits as long as needed.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="tenant">The caller's tenant.</param>
    /// <param name="share">See <see cref="CallerTenant.ShareOf(ServerCallContext)"/>.</param>
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
        return await SubmitAsync(Accept(request, tenant), tenant, traceParent, cancellationToken);
    }

    private async Task<JobEntry> SubmitAsync(
        JobEntry accepted, string tenant, string? traceParent, CancellationToken cancellationToken)
    {
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
        if (accepted.Schedule is not null)
        {
            await RequireUnscheduledAsync(accepted, tenant, cancellationToken);
            await quotas.RequirePlaceAsync(tenant, cancellationToken, isScheduled: true);
        }

        await quotas.RequireTurnAsync(tenant, cancellationToken);
        var created = await grains.GetGrain<IJobCatalogGrain>(0).CreateAsync(Carried.Of(accepted)).WaitAsync(cancellationToken);
        return created.Value<JobEntry>();
    }

    /// <summary>Stores a job that proves the winner of another, as <see cref="CreateAsync"/> stores one.</summary>
    /// <param name="request">The request.</param>
    /// <param name="proved">The other.</param>
    /// <param name="published">Digests of what that has published, by name.</param>
    /// <param name="tenant">The caller's tenant.</param>
    /// <param name="traceParent">The caller's trace, if this server has none.</param>
    /// <param name="cancellationToken">Stops waiting, not the job.</param>
    public async Task<JobEntry> ProveAsync(
        V1.ProveJobRequest request,
        JobEntry proved,
        IReadOnlyDictionary<string, string> published,
        string tenant,
        string? traceParent,
        CancellationToken cancellationToken)
    {
        RequireUuid(request.RequestId);
        var every = request.Every?.ToTimeSpan();
        if (every < ShortestEvery || every > LongestEvery)
        {
            throw ApiError.Field(
                Reason.RequestInvalid, "every", $"The field every must be a time from 1 minute to 60 days, not {every}: correct it.");
        }

        if (published.ContainsKey("winner.qdq.onnx.data")
            || !published.TryGetValue("winner.qdq.onnx", out var file)
            || !published.TryGetValue("winner.plan.json", out var plan)
            || !published.TryGetValue("result.json", out var result))
        {
            throw ApiError.Of(
                StatusCode.FailedPrecondition,
                Reason.ArtefactMissing,
                $"{Names.Job(proved.Id)} has not published a winner in one file, which is what can be proved: let it end, or fetch it and "
                + "use watch-winner.",
                ("field", "name"),
                ("artefact", "winner.qdq.onnx"));
        }

        // Each is the digest of its file.
        await using var content = await artefacts.OpenAsync(plan, cancellationToken);
        using var text = new StreamReader(content);
        var built = PlanFile.Parse(await text.ReadToEndAsync(cancellationToken), "winner.plan.json").BuiltFrom;
        string name = $"proof of {(proved.DisplayName.Length == 0 ? proved.Id : proved.DisplayName)}";
        var entry = New(
            proved.Inputs with
            {
                Test = null,
                Training = null,
                Evaluation = JobSpecMapping.Data(request.Evaluation) ?? proved.Inputs.Evaluation,
                Deployed = new DeployedFiles(file, plan, result, built.Calibration, DeployedFiles.RunAt(time.GetUtcNow()))
                {
                    Corrections = built.Corrections,
                    Learned = built.Learned,
                },
            },
            proved.Spec.Options.ToProve(),
            request.RequestId,
            Digest(new V1.ProveJobRequest(request) { RequestId = string.Empty }),
            name[..Math.Min(name.Length, LongestDisplayName)],
            tenant);
        entry = entry with
        {
            Proves = proved.Id,
            Schedule = every is { } period ? new RunSchedule { First = entry.Id, Every = period, Due = entry.CreatedAt } : null,
        };
        return await SubmitAsync(entry, tenant, traceParent, cancellationToken);
    }

    // As a CronJob's name is taken once: another period would not replace the first, but prove the same twice.
    private async Task RequireUnscheduledAsync(JobEntry accepted, string tenant, CancellationToken cancellationToken)
    {
        JobEntry? last = null;
        IReadOnlyList<JobEntry> page;
        do
        {
            page = await store.ListAsync(
                new JobQuery(PageLength, JobLifecycle.Unended, last?.CreatedAt, last?.Id) { Tenant = tenant }, cancellationToken);
            var known = page.FirstOrDefault(job => job is { Schedule: not null }
                && job.Proves == accepted.Proves && job.Inputs.Evaluation == accepted.Inputs.Evaluation);
            if (known is not null)
            {
                throw ApiError.Of(
                    StatusCode.AlreadyExists,
                    Reason.ScheduleExists,
                    $"{Names.Job(accepted.Proves!)} is proved on these images every {Figures.Period(known.Schedule!.Every)} already, by "
                    + $"{Names.Job(known.Id)}: cancel that first, which ends its schedule.",
                    ("job", Names.Job(known.Id)));
            }

            last = page.Count > 0 ? page[^1] : null;
        }
        while (page.Count == PageLength);
    }

    private JobEntry Accept(V1.CreateJobRequest request, string tenant)
    {
        RequireWellFormed(request);
        var (inputs, options) = JobSpecMapping.Read(request.Spec);
        string digest = Digest(new V1.CreateJobRequest(request) { RequestId = string.Empty });
        return New(inputs, options, request.RequestId, digest, request.DisplayName, tenant);
    }

    private JobEntry New(
        JobInputs inputs, JobOptions options, string requestId, string digest, string displayName, string tenant)
    {
        var (spec, space) = JobEntry.Unprepared(inputs, options);
        return new JobEntry
        {
            Id = JobId(RandomNumberGenerator.GetHexString(IdDigits, lowercase: true)),
            RequestId = requestId.Length == 0 ? null : RequestOf(requestId, tenant),
            RequestDigest = requestId.Length == 0 ? null : digest,
            Tenant = TenantName.Stored(tenant),
            DisplayName = displayName,
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
            JobFault.Content or JobFault.Data => Reason.DataInvalid,
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

        RequireUuid(request.RequestId);
    }

    private static void RequireUuid(string requestId)
    {
        if (requestId.Length > 0 && !Guid.TryParseExact(requestId, "D", out _))
        {
            throw ApiError.Field(
                Reason.SpecInvalid,
                "request_id",
                $"The request id must be a UUID, not \"{Names.Short(requestId)}\": draw one, or leave it out.");
        }
    }

    // Equal requests serialize to equal bytes: fields are written in order of their numbers, and there are no maps.
    private static string Digest(IMessage request) => Convert.ToHexStringLower(SHA256.HashData(request.ToByteArray()));

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
