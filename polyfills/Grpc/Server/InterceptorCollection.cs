using System.Collections.ObjectModel;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>Interceptors by type, the outermost first.</summary>
public class InterceptorCollection : Collection<InterceptorRegistration>
{
    /// <param name="args">Constructor arguments that the container does not have.</param>
    /// <typeparam name="TInterceptor">Taken from the container where it is registered, otherwise made for each call.</typeparam>
    public void Add<TInterceptor>(params object[] args)
        where TInterceptor : Interceptor => Add(new InterceptorRegistration(typeof(TInterceptor), args));
}

/// <summary>How an interceptor is made.</summary>
public class InterceptorRegistration
{
    internal InterceptorRegistration(Type type, object[] arguments)
    {
        Type = type;
        Arguments = arguments;
    }

    public Type Type { get; }

    public IReadOnlyList<object> Arguments { get; }

    internal Interceptor Resolve(HttpContext http)
    {
        if (http.RequestServices.GetService(Type) is Interceptor registered)
        {
            return registered;
        }

        var made = (Interceptor)ActivatorUtilities.CreateInstance(http.RequestServices, Type, [.. Arguments]);
        switch (made)
        {
            case IAsyncDisposable disposable:
                http.Response.RegisterForDisposeAsync(disposable);
                break;
            case IDisposable disposable:
                http.Response.RegisterForDispose(disposable);
                break;
        }

        return made;
    }
}
