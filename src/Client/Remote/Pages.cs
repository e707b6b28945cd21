using Cluster.Contract.V1;

namespace Cluster.Client.Remote;

/// <summary>Reads lists page by page.</summary>
internal static class Pages
{
    private const int Largest = 1000;

    /// <param name="limit">The most to list, at least 1.</param>
    public static async Task<IReadOnlyList<Job>> JobsAsync(
        ServerConnection server, IEnumerable<JobState> states, int limit, CancellationToken cancellation)
    {
        var request = new ListJobsRequest { PageSize = Math.Min(limit, Largest), States = { states } };
        return await AllAsync<Job>(
            limit,
            async token =>
            {
                request.PageToken = token;
                var page = await server.CallAsync(options => server.Jobs.ListJobsAsync(request, options), cancellation);
                return (page.Jobs, page.NextPageToken);
            });
    }

    /// <param name="limit">The most to list, at least 1.</param>
    public static async Task<IReadOnlyList<Candidate>> CandidatesAsync(
        ServerConnection server, string job, IEnumerable<CandidateState> states, int limit, CancellationToken cancellation)
    {
        var request = new ListCandidatesRequest { Parent = job, PageSize = Math.Min(limit, Largest), States = { states } };
        return await AllAsync<Candidate>(
            limit,
            async token =>
            {
                request.PageToken = token;
                var page = await server.CallAsync(options => server.Jobs.ListCandidatesAsync(request, options), cancellation);
                return (page.Candidates, page.NextPageToken);
            });
    }

    public static async Task<IReadOnlyList<Node>> NodesAsync(ServerConnection server, CancellationToken cancellation)
    {
        var request = new ListNodesRequest { PageSize = Largest };
        return await AllAsync<Node>(
            int.MaxValue,
            async token =>
            {
                request.PageToken = token;
                var page = await server.CallAsync(options => server.Nodes.ListNodesAsync(request, options), cancellation);
                return (page.Nodes, page.NextPageToken);
            });
    }

    private static async Task<IReadOnlyList<T>> AllAsync<T>(int limit, Func<string, Task<(IReadOnlyList<T> Items, string Next)>> read)
    {
        var all = new List<T>();
        string token = "";
        do
        {
            var (items, next) = await read(token);
            all.AddRange(items.Take(limit - all.Count));
            token = next;
        }
        while (token.Length > 0 && all.Count < limit);
        return all;
    }
}
