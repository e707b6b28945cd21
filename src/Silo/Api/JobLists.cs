using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api;

/// <summary>Lists jobs and candidates, a page at a time.</summary>
internal sealed class JobLists(IJobStore store, JobReader reader, PageTokens tokens, ApiOptions options)
{
    private const int UsualPage = 50;

    public async Task<V1.ListJobsResponse> JobsAsync(
        V1.ListJobsRequest request, string tenant, CancellationToken cancellationToken)
    {
        var size = PageSize.Of(request.PageSize, UsualPage);
        var statuses = request.States.Select(Status).Distinct().Order().ToArray();
        var list = $"jobs?{string.Join(',', statuses)}";
        var (createdAt, id) = Position(tokens.Read(list, request.PageToken));

        // One more than requested shows whether there is another page.
        var found = await store.ListAsync(new JobQuery(size + 1, statuses, createdAt, id) { Tenant = tenant }, cancellationToken);
        var response = new V1.ListJobsResponse
        {
            Jobs = { await Task.WhenAll(found.Take(size).Select(entry => SummaryAsync(entry, cancellationToken))) },
        };
        if (found.Count > size)
        {
            var last = found[size - 1];
            response.NextPageToken = tokens.Write(list, $"{last.CreatedAt.ToUnixTimeMilliseconds()}/{last.Id}");
        }

        return response;
    }

    public async Task<V1.ListCandidatesResponse> CandidatesAsync(
        V1.ListCandidatesRequest request, string tenant, CancellationToken cancellationToken)
    {
        var id = Names.JobId(request.Parent, "parent");
        var size = PageSize.Of(request.PageSize, UsualPage);
        var states = request.States.Distinct().Order().ToArray();
        if (states.Contains(V1.CandidateState.Unspecified))
        {
            throw UnknownState();
        }

        var list = $"jobs/{id}/candidates?{string.Join(',', states)}";
        var first = tokens.Read(list, request.PageToken) is { } position ? int.Parse(position, CultureInfo.InvariantCulture) : 0;
        var feed = await reader.FeedAsync(id, tenant, cancellationToken);
        var found = feed.Read(
            view => view.Candidates
                .Skip(first)
                .Where(candidate => states.Length == 0 || states.Contains(SameNames.Of<V1.CandidateState>(candidate.Status)))
                .Take(size + 1)
                .ToArray());
        var response = new V1.ListCandidatesResponse
        {
            Candidates = { found.Take(size).Select(candidate => candidate.ToContract(id).Redact(options.Redact)) }
        };
        if (found.Length > size)
        {
            response.NextPageToken = tokens.Write(list, $"{found[size - 1].Number + 1}");
        }

        return response;
    }

    // As in GetJob: the stored status follows the journal, and has neither progress nor the best plan.
    private async Task<V1.Job> SummaryAsync(JobEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            var job = await reader.GetAsync(entry.Id, TenantName.Of(entry), cancellationToken);
            job.Groups.Clear();
            job.Artefacts.Clear();
            job.Sensitivities.Clear();
            return job;
        }
        catch (Exception unread) when (unread is RpcException or GrainProblemException)
        {
            // The job was deleted meanwhile, or its journal is damaged.
            return entry.ToSummary();
        }
    }

    private static JobStatus Status(V1.JobState state) => SameNames.Find<JobStatus>(state) ?? throw UnknownState();

    private static Exception UnknownState() => ApiError.Field(
        Reason.RequestInvalid, "states", "One of the states is unspecified: leave it out.");

    private static (DateTimeOffset?, string?) Position(string? text)
    {
        if (text is null)
        {
            return (null, null);
        }

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return (
            DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(text.AsSpan(0, slash), CultureInfo.InvariantCulture)), text[(slash + 1)..]);
    }
}
