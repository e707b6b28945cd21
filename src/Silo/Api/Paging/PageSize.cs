namespace Cluster.Silo.Api.Paging;

/// <summary>Sizes of pages.</summary>
internal static class PageSize
{
    private const int Largest = 1000;

    /// <summary>The number of items on a page.</summary>
    /// <exception cref="Grpc.Core.RpcException">The number is negative.</exception>
    public static int Of(int asked, int usual) => asked switch
    {
        < 0 => throw ApiError.Field(
            Reason.PageSizeInvalid, "page_size", $"The page size must be 0 (for {usual}) to {Largest}, not {asked}."),
        0 => usual,
        _ => Math.Min(asked, Largest),
    };
}
