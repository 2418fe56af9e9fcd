package dev.millrace.redis.internal;

import io.lettuce.core.protocol.CommandHandler;
import io.lettuce.core.protocol.RedisCommand;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;

/**
 * Lets one command of Lettuce's stand for a whole batch: takes the replies to {@link XAddAll} itself and gives Lettuce a
 * single OK for all of them. To Lettuce each command costs a task, a promise, two listeners, a buffer, and a place in a map,
 * which together is more than everything else that an event needs. Other commands' replies pass as they came.
 *
 * <p>Stands between Lettuce's encoder and its command handler, on connections of RESP2 only. Confined to the event loop.
 */
final class ManyReplies extends ChannelDuplexHandler {

    private static final byte[] OK = "+OK\r\n".getBytes(StandardCharsets.US_ASCII);

    /** What was written and is not yet answered, in order. */
    private final Deque<RedisCommand<?, ?, ?>> awaited = new ArrayDeque<>();

    private final ReplyCutter replies = new ReplyCutter();
    private int answered;
    private boolean givenUp;

    /** Puts one into each channel of a client. */
    static NettyCustomizer installer() {
        return new NettyCustomizer() {
            @Override
            public void afterChannelInitialized(Channel channel) {
                ChannelPipeline pipeline = channel.pipeline();
                pipeline.addBefore(pipeline.context(CommandHandler.class).name(), null, new ManyReplies());
            }
        };
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (msg instanceof RedisCommand<?, ?, ?> command) {
            awaited.addLast(command);
        } else if (msg instanceof Collection<?> commands) {
            commands.forEach(each -> awaited.addLast((RedisCommand<?, ?, ?>) each));
        }
        var unused = ctx.write(msg, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf input = (ByteBuf) msg;
        if (awaited.isEmpty() && !givenUp) {
            ctx.fireChannelRead(input);
            return;
        }
        try {
            replies.add(input);
            passOn(ctx);
        } catch (Throwable e) {
            // Out of memory, for instance, between a reply and the note that it was taken.
            giveUp(ctx);
            throw e;
        } finally {
            input.release();
        }
    }

    private void passOn(ChannelHandlerContext ctx) {
        while (!givenUp && replies.find()) {
            if (awaited.peekFirst() instanceof XAddAll batch) {
                if (batch.whole()) {
                    take(batch, ctx);
                } else {
                    giveUp(ctx);
                }
            } else {
                awaited.pollFirst();
                ctx.fireChannelRead(Unpooled.wrappedBuffer(replies.raw()));
            }
            replies.pass();
        }
    }

    /** Whose the next replies are, nobody can tell: none of them may count for an event. */
    private void giveUp(ChannelHandlerContext ctx) {
        givenUp = true;
        var unused = ctx.close();
    }

    private void take(XAddAll batch, ChannelHandlerContext ctx) {
        batch.answered(answered++, replies);
        if (answered == batch.size()) {
            answered = 0;
            awaited.pollFirst();
            ctx.fireChannelRead(Unpooled.wrappedBuffer(OK));
        }
    }
}
