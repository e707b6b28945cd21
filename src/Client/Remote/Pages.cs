using Cluster.Contract.V1;

namespace Cluster.Client.Remote;

/// <summary>Reads lists page by page.</summary>
internal static class Pages
{
    private const int Largest = 1000;

    /// <param name="server">Whom to ask.</param>
    /// <param name="states">Only jobs in these; all where there is none.</param>
    /// <param name="limit">The most to list, at least 1.</param>
    /// <param name="cancellation">Stops it.</param>
    public static Task<IReadOnlyList<Job>> JobsAsync(
        ServerConnection server, IReadOnlyList<JobState> states, int limit, CancellationToken cancellation) => AllAsync(
        token =>
        {
            var request = new ListJobsRequest { PageSize = Math.Min(limit, Largest), PageToken = token, States = { states } };
            return server.CallAsync(options => server.Jobs.ListJobsAsync(request, options), cancellation);
        },
        page => (page.Jobs, page.NextPageToken),
        limit);

    /// <param name="server">Whom to ask.</param>
    /// <param name="job">The job's full name.</param>
    /// <param name="states">Only candidates in these; all where there is none.</param>
    /// <param name="limit">The most to list, at least 1.</param>
    /// <param name="cancellation">Stops it.</param>
    public static Task<IReadOnlyList<Candidate>> CandidatesAsync(
        ServerConnection server, string job, IReadOnlyList<CandidateState> states, int limit, CancellationToken cancellation) => AllAsync(
        token =>
        {
            var request = new ListCandidatesRequest
            {
                Parent = job,
                PageSize = Math.Min(limit, Largest),
                PageToken = token,
                States = { states },
            };
            return server.CallAsync(options => server.Jobs.ListCandidatesAsync(request, options), cancellation);
        },
        page => (page.Candidates, page.NextPageToken),
        limit);

    public static Task<IReadOnlyList<Node>> NodesAsync(ServerConnection server, CancellationToken cancellation) => AllAsync(
        token =>
        {
            var request = new ListNodesRequest { PageSize = Largest, PageToken = token };
            return server.CallAsync(options => server.Nodes.ListNodesAsync(request, options), cancellation);
        },
        page => (page.Nodes, page.NextPageToken),
        int.MaxValue);

    private static async Task<IReadOnlyList<T>> AllAsync<TPage, T>(
        Func<string, Task<TPage>> ask, Func<TPage, (IReadOnlyList<T> Items, string Next)> read, int limit)
    {
        var all = new List<T>();
        string token = "";
        do
        {
            var (items, next) = read(await ask(token));
            all.AddRange(items.Take(limit - all.Count));
            token = next;
        }
        while (token.Length > 0 && all.Count < limit);
        return all;
    }
}
