namespace Orleans.Serialization;

/// <summary>
/// Which exceptions keep their type on the way to a caller: those that the package's serializer would carry to another
/// silo.
/// </summary>
internal static class ExceptionPolicy
{
    private static readonly string[] Namespaces = ["System", "Microsoft", "Azure", "Orleans"];

    public static Exception Carried(Exception exception)
    {
        var type = exception.GetType();
        if (Array.Exists(Namespaces, prefix => type.Namespace?.StartsWith(prefix, StringComparison.Ordinal) == true)
            || type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))
        {
            return exception;
        }

        var carried = new UnavailableExceptionFallbackException(
            exception.Message, exception.InnerException is { } inner ? Carried(inner) : null)
        {
            ExceptionType = type.FullName,
            HResult = exception.HResult,
        };
        return System.Runtime.ExceptionServices.ExceptionDispatchInfo.SetRemoteStackTrace(carried, exception.StackTrace ?? "");
    }
}
